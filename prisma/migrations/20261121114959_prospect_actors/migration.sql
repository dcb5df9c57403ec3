-- AlterTable
ALTER TABLE "Prospect" ADD COLUMN     "createdById" UUID,
ADD COLUMN     "createdByType" "ActorType",
ADD COLUMN     "updatedById" UUID,
ADD COLUMN     "updatedByType" "ActorType";

-- AddForeignKey
ALTER TABLE "Prospect" ADD CONSTRAINT "Prospect_workspaceId_createdById_fkey" FOREIGN KEY ("workspaceId", "createdById") REFERENCES "Actor"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Prospect" ADD CONSTRAINT "Prospect_workspaceId_updatedById_fkey" FOREIGN KEY ("workspaceId", "updatedById") REFERENCES "Actor"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- What Prisma cannot express
ALTER TABLE "Prospect"
    ADD CONSTRAINT "Prospect_createdBy_check" CHECK (coalesce("createdByType" = 'SYSTEM', true) = ("createdById" IS NULL)),
    ADD CONSTRAINT "Prospect_updatedBy_check" CHECK (coalesce("updatedByType" = 'SYSTEM', true) = ("updatedById" IS NULL));
