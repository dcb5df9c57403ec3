-- AlterTable
ALTER TABLE "User" ADD COLUMN     "reactivatedAt" TIMESTAMPTZ(3);
