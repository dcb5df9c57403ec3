import type { SqlClient } from '../db/client.js';
import { Prisma } from '../generated/prisma/client.js';
import { nextRevision } from '../unit-of-work/raise-revisions.sql.js';
import type { SystemWork } from '../unit-of-work/transaction.js';

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
 * Erases the bodies of webhook deliveries about a message, in its present and earlier versions, and the responses to them,
 * and raises the revision of its conversation, which must be locked FOR UPDATE. `changes` are assignments to the columns of
 * that, to be made at the same time: a transaction that updates a row twice has all foreign keys of the row checked again.
 */
export async function eraseMessage(
  work: Transaction & Pick<SystemWork, 'raises'>,
  { id, conversationId }: { id: string; conversationId: string },
  changes: readonly Prisma.Sql[] = [],
): Promise<void> {
  work.raises([conversationId]);
  await erase(work, [conversationId], Prisma.sql`"messageId" = ${id}::uuid`, [nextRevision, ...changes]);
}

/**
 * The same for a note. It leaves the revision of its conversation as it is, which contacts see; the conversation must be
 * locked FOR UPDATE.
 */
export async function eraseNote(
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
  changes: readonly Prisma.Sql[] = [],
): Promise<void> {
  const assignments = Prisma.join([Prisma.sql`erasures = erasures + 1`, ...changes]);
  await tx.$executeRaw`
    WITH counted AS (
      UPDATE "Conversation" SET ${assignments}
      WHERE "workspaceId" = ${workspaceId}::uuid AND id = ANY(${[...conversationIds]}::uuid[])
    )
    UPDATE "WebhookDelivery" SET body = NULL, "responseBody" = NULL
    WHERE "workspaceId" = ${workspaceId}::uuid AND body IS NOT NULL AND ${which}`;
}
