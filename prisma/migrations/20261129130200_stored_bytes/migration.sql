-- AlterTable
ALTER TABLE "Upload" ADD COLUMN     "reservedBytes" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "StoredBytes" (
    "workspaceId" UUID NOT NULL,
    "ownerId" UUID NOT NULL,
    "bytes" BIGINT NOT NULL,

    CONSTRAINT "StoredBytes_pkey" PRIMARY KEY ("workspaceId","ownerId")
);

-- AddForeignKey
ALTER TABLE "StoredBytes" ADD CONSTRAINT "StoredBytes_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;


-- What is stored already, or is going to be with a size that was declared.
UPDATE "Upload" SET "reservedBytes" = "sizeBytes" WHERE "removedAt" IS NULL AND "sizeBytes" IS NOT NULL;

INSERT INTO "StoredBytes" ("workspaceId", "ownerId", "bytes")
SELECT u."workspaceId", owner.id, sum(u."reservedBytes")
FROM "Upload" u CROSS JOIN LATERAL (VALUES (u."workspaceId"), (u."callerId")) AS owner(id)
WHERE u."removedAt" IS NULL AND owner.id IS NOT NULL
GROUP BY 1, 2;
