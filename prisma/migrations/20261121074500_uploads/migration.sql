-- CreateTable
CREATE TABLE "Upload" (
    "workspaceId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "contentType" TEXT NOT NULL,
    "filename" TEXT,
    "sizeBytes" INTEGER,
    "messageId" UUID,
    "position" INTEGER,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "removedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Upload_pkey" PRIMARY KEY ("workspaceId","id")
);

-- CreateIndex
CREATE INDEX "Upload_workspaceId_messageId_idx" ON "Upload"("workspaceId", "messageId");

-- CreateIndex
CREATE UNIQUE INDEX "Upload_workspaceId_key_key" ON "Upload"("workspaceId", "key");

-- AddForeignKey
ALTER TABLE "Upload" ADD CONSTRAINT "Upload_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Upload" ADD CONSTRAINT "Upload_workspaceId_messageId_fkey" FOREIGN KEY ("workspaceId", "messageId") REFERENCES "Message"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- What Prisma cannot express.
ALTER TABLE "Upload"
  ADD CONSTRAINT "Upload_size_check" CHECK ("sizeBytes" > 0),
  ADD CONSTRAINT "Upload_place_check" CHECK (("messageId" IS NULL) = ("position" IS NULL)),
  ADD CONSTRAINT "Upload_attached_check" CHECK ("messageId" IS NULL OR ("sizeBytes" IS NOT NULL AND "removedAt" IS NULL));

CREATE INDEX "Upload_unused_idx" ON "Upload"("expiresAt") WHERE "messageId" IS NULL;
