-- AlterTable
ALTER TABLE "Upload" ADD COLUMN     "exportOfId" UUID;
