import type { SqlClient } from '../db/client.js';
import type { EndpointKey } from '../domain/webhooks/webhook-endpoint.sql.js';
import type { WebhookDelivery } from '../generated/prisma/client.js';

/** A delivery that this process has for a while. */
export type Claim = Pick<
  WebhookDelivery,
  'workspaceId' | 'id' | 'endpointId' | 'eventId' | 'eventType' | 'position' | 'attempts' | 'body' | 'createdAt'
> & {
  conversationId: string | null;
  /** Until when it is ours; proves later that it still is. */
  claimedUntil: Date;
  /** How often something of its conversation had been erased when it was claimed; null where that was deleted. */
  erasures: number | null;
};

/** Takes deliveries of an active endpoint that are due, so that no other process tries them until then. */
export async function claimDue(
  prisma: SqlClient,
  { workspaceId, endpointId }: EndpointKey,
  { now, until, limit }: { now: Date; until: Date; limit: number },
): Promise<Claim[]> {
  return prisma.$queryRaw<Claim[]>`
    WITH due AS (
      SELECT id FROM "WebhookDelivery"
      WHERE "workspaceId" = ${workspaceId}::uuid AND "endpointId" = ${endpointId}::uuid AND status = 'PENDING'
        AND "nextAttemptAt" <= ${now} AND ("claimedUntil" IS NULL OR "claimedUntil" <= ${now})
        AND EXISTS (SELECT FROM "WebhookEndpoint" e
          WHERE e."workspaceId" = ${workspaceId}::uuid AND e.id = ${endpointId}::uuid AND e."deactivatedAt" IS NULL)
      ORDER BY "nextAttemptAt", position LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    UPDATE "WebhookDelivery" d SET "claimedUntil" = ${until} FROM due
    WHERE d."workspaceId" = ${workspaceId}::uuid AND d.id = due.id
    RETURNING d."workspaceId", d.id, d."endpointId", d."eventId", d."eventType", d.position, d.attempts, d.body,
      d."createdAt", d."conversationId", d."claimedUntil",
      (SELECT c.erasures FROM "Conversation" c
        WHERE c."workspaceId" = d."workspaceId" AND c.id = d."conversationId") AS erasures`;
}

/**
 * Keeps what is about to be sent, so that all tries are equal to the byte. Where something of the conversation, or all of it,
 * was erased after it was claimed, nothing is kept and the answer is false: what was rendered may hold what had to go. The
 * conversation's row is held, which whoever erases has locked: so that one is waited for, or erases what was kept here.
 */
export async function keepBody(prisma: SqlClient, claim: Claim, body: string): Promise<boolean> {
  const kept = await prisma.$executeRaw`
    WITH conversation AS (
      SELECT FROM "Conversation" WHERE "workspaceId" = ${claim.workspaceId}::uuid AND id = ${claim.conversationId}::uuid
        AND erasures = ${claim.erasures}::int FOR KEY SHARE
    )
    UPDATE "WebhookDelivery" SET body = ${body}
    WHERE "workspaceId" = ${claim.workspaceId}::uuid AND id = ${claim.id}::uuid AND "claimedUntil" = ${claim.claimedUntil}
      AND (${claim.erasures}::int IS NULL OR EXISTS (SELECT FROM conversation))`;
  return kept > 0;
}

/** Gives a delivery back, so that it can be taken again at once. */
export async function release(prisma: SqlClient, { workspaceId, id, claimedUntil }: Claim): Promise<void> {
  await prisma.$executeRaw`
    UPDATE "WebhookDelivery" SET "claimedUntil" = NULL
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid AND "claimedUntil" = ${claimedUntil}`;
}
