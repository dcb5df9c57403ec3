-- CreateTable
CREATE TABLE "EventTrim" (
    "workspaceId" UUID NOT NULL,
    "position" BIGINT NOT NULL,
    "eventId" UUID NOT NULL,

    CONSTRAINT "EventTrim_pkey" PRIMARY KEY ("workspaceId")
);

-- What the worker looks for every minute. Small, as they hold only what waits.
CREATE INDEX "Conversation_snoozedUntil_idx" ON "Conversation" ("snoozedUntil", "workspaceId", id) WHERE status = 'SNOOZED';
CREATE INDEX "Conversation_expiresAt_idx" ON "Conversation" ("expiresAt", "workspaceId", id) WHERE status <> 'CLOSED' AND "expiresAt" IS NOT NULL;
