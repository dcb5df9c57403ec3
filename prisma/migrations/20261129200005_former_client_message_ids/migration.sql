-- Message_clientMessageId_key takes its place.
DROP INDEX CONCURRENTLY IF EXISTS "Message_workspaceId_conversationId_clientMessageId_key";
