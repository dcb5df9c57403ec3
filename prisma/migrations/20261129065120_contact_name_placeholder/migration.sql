-- AlterTable
ALTER TABLE "Contact" ADD COLUMN     "nameIsPlaceholder" BOOLEAN NOT NULL DEFAULT false;
