-- Each visibility has ids of its own: a contact must not learn from a conflict which ones notes have.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "Message_clientMessageId_key"
  ON "Message" ("workspaceId", "conversationId", "clientMessageId", "visibility");
