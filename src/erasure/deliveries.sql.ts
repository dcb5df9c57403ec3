import type { SqlClient } from '../db/client.js';
import { Prisma } from '../generated/prisma/client.js';

type Transaction = { tx: SqlClient; workspaceId: string };

/**
 * Erases the bodies of webhook deliveries about conversations, and the responses to them. The deliveries stay, and pending
 * ones are rendered again. The conversations must be locked FOR UPDATE, or deleted.
 */
export async function eraseConversations(work: Transaction, conversationIds: readonly string[]): Promise<void> {
  const ids = Prisma.sql`ANY(${[...conversationIds]}::uuid[])`;
  await erase(work, conversationIds, Prisma.sql`"conversationId" = ${ids}`);
}

/**
 * Erases the bodies of webhook deliveries about a message, in its present and earlier versions, and the responses to them.
 * The conversation must be locked FOR UPDATE.
 */
export async function eraseMessage(
  work: Transaction,
  { id, conversationId }: { id: string; conversationId: string },
): Promise<void> {
  await erase(work, [conversationId], Prisma.sql`"messageId" = ${id}::uuid`);
}

/**
 * Erases the bodies of webhook deliveries about a prospect, and the responses to them. The conversations are those that it
 * was linked to, and must be locked FOR UPDATE.
 */
export async function eraseProspect(
  work: Transaction,
  prospectId: string,
  conversationIds: readonly string[],
): Promise<void> {
  await erase(work, conversationIds, Prisma.sql`"prospectId" = ${prospectId}::uuid`);
}

/** A body that is being rendered at the same time is not stored, because the conversation's `erasures` has changed. */
async function erase(
  { tx, workspaceId }: Transaction,
  conversationIds: readonly string[],
  which: Prisma.Sql,
): Promise<void> {
  await tx.$executeRaw`
    WITH counted AS (
      UPDATE "Conversation" SET erasures = erasures + 1
      WHERE "workspaceId" = ${workspaceId}::uuid AND id = ANY(${[...conversationIds]}::uuid[])
    )
    UPDATE "WebhookDelivery" SET body = NULL, "responseBody" = NULL
    WHERE "workspaceId" = ${workspaceId}::uuid AND body IS NOT NULL AND ${which}`;
}
