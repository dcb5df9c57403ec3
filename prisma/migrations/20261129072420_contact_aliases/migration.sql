-- CreateEnum
CREATE TYPE "ContactAliasKind" AS ENUM ('PHONE', 'EMAIL', 'EXTERNAL_ID');

-- CreateTable
CREATE TABLE "ContactAlias" (
    "workspaceId" UUID NOT NULL,
    "kind" "ContactAliasKind" NOT NULL,
    "value" TEXT NOT NULL,
    "contactId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ContactAlias_pkey" PRIMARY KEY ("workspaceId","kind","value")
);

-- CreateIndex
CREATE INDEX "ContactAlias_workspaceId_contactId_idx" ON "ContactAlias"("workspaceId", "contactId");

-- AddForeignKey
ALTER TABLE "ContactAlias" ADD CONSTRAINT "ContactAlias_workspaceId_contactId_fkey" FOREIGN KEY ("workspaceId", "contactId") REFERENCES "Contact"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
