-- AlterTable
ALTER TABLE "WebhookDelivery" ADD COLUMN     "messageId" UUID,
ADD COLUMN     "prospectId" UUID;

-- What the log still knows of the deliveries that are there. Of the others what was sent stays until they are 30 days old.
UPDATE "WebhookDelivery" d SET "messageId" = (e.payload->>'messageId')::uuid, "prospectId" = (e.payload->>'prospectId')::uuid
FROM "Event" e
WHERE e."workspaceId" = d."workspaceId" AND e.id = d."eventId"
    AND e.type IN ('message.added', 'message.updated', 'prospect.linked', 'prospect.unlinked');

-- What Prisma cannot express
CREATE INDEX "WebhookDelivery_messageId_idx" ON "WebhookDelivery"("workspaceId", "messageId") WHERE "messageId" IS NOT NULL;

CREATE INDEX "WebhookDelivery_prospectId_idx" ON "WebhookDelivery"("workspaceId", "prospectId") WHERE "prospectId" IS NOT NULL;

CREATE INDEX "Participant_left_idx" ON "Participant"("workspaceId", "actorId", "conversationId") WHERE "leftAt" IS NOT NULL;

-- AlterTable, at the end: from here on nobody can read conversations until all of this is done.
ALTER TABLE "Conversation" ADD COLUMN     "erasures" INTEGER NOT NULL DEFAULT 0;
