import type { SqlClient } from '../db/client.js';
import { Prisma } from '../generated/prisma/client.js';

type Erasing = { tx: SqlClient; workspaceId: string };

/**
 * Erases what was sent of conversations, or of someone in them, and what was answered. Its deliveries stay, and what is
 * still to be tried is rendered anew. The conversations are locked FOR UPDATE, or deleted.
 */
export async function eraseConversations(work: Erasing, conversationIds: readonly string[]): Promise<void> {
  const ids = Prisma.sql`ANY(${[...conversationIds]}::uuid[])`;
  await erase(work, conversationIds, Prisma.sql`"conversationId" = ${ids}`);
}

/** The same for a message of a locked conversation, also for what it said before. */
export async function eraseMessage(
  work: Erasing,
  { id, conversationId }: { id: string; conversationId: string },
): Promise<void> {
  await erase(work, [conversationId], Prisma.sql`"messageId" = ${id}::uuid`);
}

/** The same for a prospect, which was linked to these locked conversations. */
export async function eraseProspect(
  work: Erasing,
  prospectId: string,
  conversationIds: readonly string[],
): Promise<void> {
  await erase(work, conversationIds, Prisma.sql`"prospectId" = ${prospectId}::uuid`);
}

/** What is being rendered meanwhile sees by the conversation that it is not to be kept. */
async function erase(
  { tx, workspaceId }: Erasing,
  conversationIds: readonly string[],
  which: Prisma.Sql,
): Promise<void> {
  await tx.$executeRaw`
    WITH recordFailure AS (
      UPDATE "Conversation" SET erasures = erasures + 1
      WHERE "workspaceId" = ${workspaceId}::uuid AND id = ANY(${[...conversationIds]}::uuid[])
    )
    UPDATE "WebhookDelivery" SET body = NULL, "responseBody" = NULL
    WHERE "workspaceId" = ${workspaceId}::uuid AND body IS NOT NULL AND ${which}`;
}
