-- Message_place_key takes its place.
DROP INDEX CONCURRENTLY IF EXISTS "Message_workspaceId_conversationId_seq_key";
