import { isServed } from '../../auth/closed-workspace.sql.js';
import type { Database } from '../../db/client.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { TimerPayload } from './timers.js';

/** A conversation whose timer is overdue. Its `at` and ids are also the position in the list of them. */
export type Overdue = TimerPayload & { at: Date };

const ZERO = '00000000-0000-0000-0000-000000000000';
const inServedWorkspace = isServed(Prisma.sql`"Conversation"."workspaceId"`);
const START: Overdue = { at: new Date(0), workspaceId: ZERO, conversationId: ZERO };

/** Up to 200 snoozed conversations that were due to wake before a time, oldest first, after a position. */
export async function overdueToWake({ prisma }: Database, before: Date, after = START): Promise<Overdue[]> {
  return prisma.$queryRaw<Overdue[]>`
    SELECT "workspaceId", id AS "conversationId", "snoozedUntil" AS at FROM "Conversation"
    WHERE status = 'SNOOZED' AND "snoozedUntil" < ${before} AND ${inServedWorkspace}
      AND ("snoozedUntil", "workspaceId", id) > (${after.at}, ${after.workspaceId}::uuid, ${after.conversationId}::uuid)
    ORDER BY "snoozedUntil", "workspaceId", id LIMIT 200`;
}

/** Up to 200 conversations that were due to expire before a time, oldest first, after a position. */
export async function overdueToExpire({ prisma }: Database, before: Date, after = START): Promise<Overdue[]> {
  return prisma.$queryRaw<Overdue[]>`
    SELECT "workspaceId", id AS "conversationId", "expiresAt" AS at FROM "Conversation"
    WHERE status <> 'CLOSED' AND "expiresAt" < ${before} AND ${inServedWorkspace}
      AND ("expiresAt", "workspaceId", id) > (${after.at}, ${after.workspaceId}::uuid, ${after.conversationId}::uuid)
    ORDER BY "expiresAt", "workspaceId", id LIMIT 200`;
}
