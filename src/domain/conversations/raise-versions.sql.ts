import type { Work } from '../../unit-of-work/transaction.js';

/** Raises the version and `updatedAt` of locked conversations, as `changeConversation` does for one. */
export async function raiseVersions({ tx, workspaceId, now }: Work, conversationIds: string[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Conversation" SET version = version + 1, "updatedAt" = greatest("updatedAt", ${now})
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ANY(${conversationIds}::uuid[])`;
}
