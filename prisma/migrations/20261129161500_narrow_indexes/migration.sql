-- Every message changes its conversation, and with that writes each of its indexes. From here on, those of columns that few
-- conversations have contain no others. Building them blocks writes: some seconds for a million conversations, and for
-- Message_replyToId_idx one look at every message.
DROP INDEX "Conversation_workspaceId_ownerId_updatedAt_id_idx", "Conversation_workspaceId_botId_updatedAt_id_idx",
  "Conversation_workspaceId_assigneeUserId_updatedAt_id_idx", "Conversation_workspaceId_assigneeBotId_updatedAt_id_idx",
  "Conversation_tags_idx", "Message_workspaceId_replyToId_idx";
CREATE INDEX "Conversation_ownerId_idx" ON "Conversation" ("workspaceId", "ownerId", "updatedAt", id)
  WHERE "ownerId" IS NOT NULL;
CREATE INDEX "Conversation_botId_idx" ON "Conversation" ("workspaceId", "botId", "updatedAt", id) WHERE "botId" IS NOT NULL;
CREATE INDEX "Conversation_assigneeUserId_idx" ON "Conversation" ("workspaceId", "assigneeUserId", "updatedAt", id)
  WHERE "assigneeUserId" IS NOT NULL;
CREATE INDEX "Conversation_assigneeBotId_idx" ON "Conversation" ("workspaceId", "assigneeBotId", "updatedAt", id)
  WHERE "assigneeBotId" IS NOT NULL;
CREATE INDEX "Conversation_tags_idx" ON "Conversation" USING gin (tags) WHERE tags <> '{}';
-- For the foreign key, when the messages of a conversation are deleted.
CREATE INDEX "Message_replyToId_idx" ON "Message" ("workspaceId", "replyToId") WHERE "replyToId" IS NOT NULL;

-- An externalId is unique where there is one.
ALTER INDEX "Conversation_externalId_key" RENAME TO "Conversation_externalId_before_key";
CREATE UNIQUE INDEX "Conversation_externalId_key" ON "Conversation" ("workspaceId", "externalId")
  WHERE "clientBotId" IS NULL AND "externalId" IS NOT NULL;
DROP INDEX "Conversation_externalId_before_key";

-- No query can use it: who may see an event is more than a comparison with its owner.
DROP INDEX "Event_workspaceId_ownerId_position_idx";

-- Room on each page for the next version of its rows: on the same page, a change logs only what differs, and that of a read
-- position or a participant writes no index.
ALTER TABLE "Conversation" SET (fillfactor = 85);
ALTER TABLE "ReadPosition" SET (fillfactor = 85);
ALTER TABLE "Participant" SET (fillfactor = 90);
