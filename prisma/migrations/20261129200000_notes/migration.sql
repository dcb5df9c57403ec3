-- CreateEnum
CREATE TYPE "MessageVisibility" AS ENUM ('PUBLIC', 'INTERNAL');

-- AlterTable
ALTER TABLE "Message" ADD COLUMN     "noteSeq" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "visibility" "MessageVisibility" NOT NULL DEFAULT 'PUBLIC';

-- A note is from the team, and has a place among those after the same public message, or before all of them.
ALTER TABLE "Message" ADD CONSTRAINT "Message_note_check" CHECK (CASE visibility
  WHEN 'PUBLIC' THEN seq > 0 AND "noteSeq" = 0
  ELSE seq >= 0 AND "noteSeq" BETWEEN 1 AND 1048575 AND direction = 'OUTBOUND' AND "authorType" IN ('USER', 'BOT', 'API_KEY')
END) NOT VALID;
ALTER TABLE "Message" DROP CONSTRAINT "Message_seq_check";

-- CreateTable
CREATE TABLE "Mention" (
    "workspaceId" UUID NOT NULL,
    "messageId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "conversationId" UUID NOT NULL,

    CONSTRAINT "Mention_pkey" PRIMARY KEY ("workspaceId","messageId","userId")
);

-- CreateIndex
CREATE INDEX "Mention_workspaceId_userId_conversationId_idx" ON "Mention"("workspaceId", "userId", "conversationId");

-- CreateIndex
CREATE INDEX "Mention_workspaceId_conversationId_idx" ON "Mention"("workspaceId", "conversationId");

-- AddForeignKey
ALTER TABLE "Mention" ADD CONSTRAINT "Mention_workspaceId_messageId_fkey" FOREIGN KEY ("workspaceId", "messageId") REFERENCES "Message"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Mention" ADD CONSTRAINT "Mention_workspaceId_userId_fkey" FOREIGN KEY ("workspaceId", "userId") REFERENCES "User"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Mention" ADD CONSTRAINT "Mention_workspaceId_conversationId_fkey" FOREIGN KEY ("workspaceId", "conversationId") REFERENCES "Conversation"("workspaceId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
