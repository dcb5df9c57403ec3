-- AlterTable
ALTER TABLE "ApiKey" ADD COLUMN     "createdById" UUID,
ADD COLUMN     "createdByType" "ActorType",
ADD COLUMN     "makerIds" UUID[] NOT NULL DEFAULT ARRAY[]::UUID[];

-- AlterTable
ALTER TABLE "Event" ADD COLUMN     "viaKeyId" UUID;

-- AlterTable
ALTER TABLE "Message" ADD COLUMN     "viaKeyId" UUID;

-- AddForeignKey
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_workspaceId_createdById_fkey" FOREIGN KEY ("workspaceId", "createdById") REFERENCES "Actor"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey, NOT VALID: the messages that are there have no key, so none of them needs a look.
ALTER TABLE "Message" ADD CONSTRAINT "Message_workspaceId_viaKeyId_fkey" FOREIGN KEY ("workspaceId", "viaKeyId") REFERENCES "ApiKey"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION NOT VALID;

-- What Prisma cannot express
ALTER TABLE "ApiKey"
    ADD CONSTRAINT "ApiKey_createdBy_check" CHECK (("createdByType" IS NULL) = ("createdById" IS NULL));
