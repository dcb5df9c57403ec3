-- The order of the messages of a conversation, notes between the public ones: a note has the seq of the public message
-- before it. The numbers are exact, and those of public messages are their seq.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "Message_place_key"
  ON "Message" ("workspaceId", "conversationId", (seq + "noteSeq" / 1048576::float8));
