-- CreateIndex
CREATE INDEX "Message_workspaceId_channelId_createdAt_id_idx" ON "Message"("workspaceId", "channelId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Message_workspaceId_authorId_createdAt_id_idx" ON "Message"("workspaceId", "authorId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Prospect_workspaceId_createdAt_id_idx" ON "Prospect"("workspaceId", "createdAt", "id");
