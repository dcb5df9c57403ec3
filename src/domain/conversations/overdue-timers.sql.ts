import type { Database } from '../../db/client.js';
import type { TimerPayload } from './timers.js';

/** A conversation whose time has come; `at` and the ids say how far a list of them was read. */
export type Overdue = TimerPayload & { at: Date };

const ZERO = '00000000-0000-0000-0000-000000000000';
const NOWHERE: Overdue = { at: new Date(0), workspaceId: ZERO, conversationId: ZERO };

/** Snoozed conversations that should have been woken before a time, oldest first, behind the one given. */
export async function overdueToWake({ prisma }: Database, before: Date, after = NOWHERE): Promise<Overdue[]> {
  return prisma.$queryRaw<Overdue[]>`
    SELECT "workspaceId", id AS "conversationId", "snoozedUntil" AS at FROM "Conversation"
    WHERE status = 'SNOOZED' AND "snoozedUntil" < ${before}
      AND ("snoozedUntil", "workspaceId", id) > (${after.at}, ${after.workspaceId}::uuid, ${after.conversationId}::uuid)
    ORDER BY "snoozedUntil", "workspaceId", id LIMIT 200`;
}

/** Conversations that should have been closed before a time, oldest first, behind the one given. */
export async function overdueToExpire({ prisma }: Database, before: Date, after = NOWHERE): Promise<Overdue[]> {
  return prisma.$queryRaw<Overdue[]>`
    SELECT "workspaceId", id AS "conversationId", "expiresAt" AS at FROM "Conversation"
    WHERE status <> 'CLOSED' AND "expiresAt" < ${before}
      AND ("expiresAt", "workspaceId", id) > (${after.at}, ${after.workspaceId}::uuid, ${after.conversationId}::uuid)
    ORDER BY "expiresAt", "workspaceId", id LIMIT 200`;
}
