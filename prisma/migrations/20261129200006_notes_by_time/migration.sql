CREATE INDEX CONCURRENTLY IF NOT EXISTS "Message_notes_idx" ON "Message" ("workspaceId", "createdAt", id)
  WHERE visibility = 'INTERNAL';
