-- AlterTable
ALTER TABLE "Upload" ADD COLUMN     "callerId" UUID;

-- What Prisma cannot express.
CREATE INDEX "Upload_unused_of_caller_idx" ON "Upload"("workspaceId", "callerId", "createdAt") WHERE "messageId" IS NULL;
