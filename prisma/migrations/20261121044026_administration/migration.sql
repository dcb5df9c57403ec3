-- CreateEnum
CREATE TYPE "ChannelStatus" AS ENUM ('ACTIVE', 'INACTIVE', 'ERROR', 'PENDING');

-- AlterTable
ALTER TABLE "Channel" DROP COLUMN "deactivatedAt",
ADD COLUMN     "deletedAt" TIMESTAMPTZ(3),
ADD COLUMN     "status" "ChannelStatus" NOT NULL DEFAULT 'ACTIVE';

-- AlterTable
ALTER TABLE "Contact" ADD COLUMN     "mergedIntoId" UUID;

-- AlterTable
ALTER TABLE "Message" ADD COLUMN     "deletedAt" TIMESTAMPTZ(3),
ADD COLUMN     "editedAt" TIMESTAMPTZ(3),
ADD COLUMN     "replyToId" UUID;

-- AlterTable
ALTER TABLE "Workspace" ADD COLUMN     "settings" JSONB NOT NULL DEFAULT '{}';

-- CreateTable
CREATE TABLE "MessageTransportStatus" (
    "workspaceId" UUID NOT NULL,
    "messageId" UUID NOT NULL,
    "participantId" UUID NOT NULL,
    "status" "MessageStatus" NOT NULL,
    "errorMessage" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MessageTransportStatus_pkey" PRIMARY KEY ("workspaceId","messageId","participantId")
);

-- CreateIndex
CREATE INDEX "MessageTransportStatus_workspaceId_participantId_idx" ON "MessageTransportStatus"("workspaceId", "participantId");

-- CreateIndex
CREATE INDEX "Contact_workspaceId_mergedIntoId_idx" ON "Contact"("workspaceId", "mergedIntoId");

-- CreateIndex
CREATE INDEX "Message_workspaceId_createdAt_id_idx" ON "Message"("workspaceId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Message_workspaceId_replyToId_idx" ON "Message"("workspaceId", "replyToId");

-- AddForeignKey
ALTER TABLE "Contact" ADD CONSTRAINT "Contact_workspaceId_mergedIntoId_fkey" FOREIGN KEY ("workspaceId", "mergedIntoId") REFERENCES "Contact"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Message" ADD CONSTRAINT "Message_workspaceId_replyToId_fkey" FOREIGN KEY ("workspaceId", "replyToId") REFERENCES "Message"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "MessageTransportStatus" ADD CONSTRAINT "MessageTransportStatus_workspaceId_messageId_fkey" FOREIGN KEY ("workspaceId", "messageId") REFERENCES "Message"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "MessageTransportStatus" ADD CONSTRAINT "MessageTransportStatus_workspaceId_participantId_fkey" FOREIGN KEY ("workspaceId", "participantId") REFERENCES "Participant"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
