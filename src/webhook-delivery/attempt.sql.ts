import type { SqlClient } from '../db/client.js';
import type { EndpointKey } from '../domain/webhooks/webhook-endpoint.sql.js';
import type { WebhookDelivery } from '../generated/prisma/client.js';

/** A delivery that this process has claimed for a while. */
export type Claim = Pick<
  WebhookDelivery,
  'workspaceId' | 'id' | 'endpointId' | 'eventId' | 'eventType' | 'position' | 'attempts' | 'body' | 'createdAt'
> & {
  conversationId: string | null;
  /** When the claim expires. A statement that finds another time here has lost the claim. */
  claimedUntil: Date;
  /** The conversation's count of erasures at the time of the claim; null if the conversation was deleted. */
  erasures: number | null;
};

/** Claims due deliveries of an active endpoint, so that no other process attempts them before `until`. */
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
 * Stores the body before it is sent, so that all attempts are equal to the byte. If content of the conversation was erased
 * after the claim, stores nothing and returns false: the body may contain erased content. Takes a lock on the conversation
 * that conflicts with that of an erasure, which is therefore either seen here, or erases the body stored here.
 */
export async function storeBody(prisma: SqlClient, claim: Claim, body: string): Promise<boolean> {
  const stored = await prisma.$executeRaw`
    WITH conversation AS (
      SELECT FROM "Conversation" WHERE "workspaceId" = ${claim.workspaceId}::uuid AND id = ${claim.conversationId}::uuid
        AND erasures = ${claim.erasures}::int FOR KEY SHARE
    )
    UPDATE "WebhookDelivery" SET body = ${body}
    WHERE "workspaceId" = ${claim.workspaceId}::uuid AND id = ${claim.id}::uuid AND "claimedUntil" = ${claim.claimedUntil}
      AND (${claim.erasures}::int IS NULL OR EXISTS (SELECT FROM conversation))`;
  return stored > 0;
}

/** Gives up a claim, so that the delivery can be claimed again immediately. */
export async function release(prisma: SqlClient, { workspaceId, id, claimedUntil }: Claim): Promise<void> {
  await prisma.$executeRaw`
    UPDATE "WebhookDelivery" SET "claimedUntil" = NULL
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid AND "claimedUntil" = ${claimedUntil}`;
}
