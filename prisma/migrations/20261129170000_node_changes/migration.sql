-- AlterTable
ALTER TABLE "Event" ADD COLUMN     "nodeId" UUID,
ALTER COLUMN "conversationId" DROP NOT NULL,
-- Not checked for the rows of before, which all have a conversation: that would read the whole log.
ADD CONSTRAINT "Event_subject_check" CHECK ("conversationId" IS NOT NULL OR "nodeId" IS NOT NULL) NOT VALID;

-- Finds the later changes of a thing: what an entry changed besides its conversation. Of events it is in the payload.
CREATE INDEX "Event_node_idx" ON "Event" ("workspaceId", (coalesce("nodeId", (coalesce(
  payload->>'messageId', payload->>'participantId', payload->>'prospectId'))::uuid)), position);
