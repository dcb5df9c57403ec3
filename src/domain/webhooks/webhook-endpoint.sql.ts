import type { SqlClient } from '../../db/client.js';
import { Prisma, type WebhookEndpoint } from '../../generated/prisma/client.js';
import { ConflictError, NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import type { ActionContext, Work } from '../../unit-of-work/transaction.js';

export type EndpointKey = { workspaceId: string; endpointId: string };

/** Throws NotFoundError if the workspace has no such endpoint. */
export async function requireEndpoint({ database, viewer: { workspaceId } }: ActionContext, id: string): Promise<void> {
  const [found] = await database.prisma.$queryRaw<unknown[]>`
    SELECT FROM "WebhookEndpoint" WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid`;
  if (!found) throw new NotFoundError('webhook endpoint', encodeId('WebhookEndpoint', id));
}

/** Locks an endpoint for an update; throws NotFoundError if the workspace has no such endpoint. */
export async function lockEndpoint({ tx, workspaceId }: Work, id: string): Promise<WebhookEndpoint> {
  const [endpoint] = await tx.$queryRaw<WebhookEndpoint[]>`
    SELECT * FROM "WebhookEndpoint" WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid FOR NO KEY UPDATE`;
  if (!endpoint) throw new NotFoundError('webhook endpoint', encodeId('WebhookEndpoint', id));
  return endpoint;
}

/** Reads an endpoint without a lock; throws NotFoundError if the workspace has no such endpoint. */
export async function readEndpoint({ tx, workspaceId }: Work, id: string): Promise<WebhookEndpoint> {
  const endpoint = await tx.webhookEndpoint.findUnique({ where: { workspaceId_id: { workspaceId, id } } });
  if (!endpoint) throw new NotFoundError('webhook endpoint', encodeId('WebhookEndpoint', id));
  return endpoint;
}

/** Locks an endpoint to which something is to be sent; throws NotFoundError, or ConflictError if it is deactivated. */
export async function lockActiveEndpoint(work: Work, id: string): Promise<WebhookEndpoint> {
  const endpoint = await lockEndpoint(work, id);
  if (endpoint.deactivatedAt === null) return endpoint;
  throw new ConflictError('The endpoint is deactivated. Activate it first: updateWebhookEndpoint with active: true.');
}

/** The most endpoints a workspace may have: each event may have to be sent to all of them. */
const MAX_ENDPOINTS = 200;

/** Throws ConflictError if the workspace has 200 endpoints. Until the transaction ends, no other can be created. */
export async function assertRoomForEndpoint({ tx, workspaceId }: Work): Promise<void> {
  await tx.$executeRaw`SELECT FROM "Workspace" WHERE id = ${workspaceId}::uuid FOR NO KEY UPDATE`;
  const count = await tx.webhookEndpoint.count({ where: { workspaceId } });
  if (count < MAX_ENDPOINTS) return;
  throw new ConflictError(
    `The workspace has ${MAX_ENDPOINTS} webhook endpoints. Delete one first: deleteWebhookEndpoint.`,
  );
}

/** The most deliveries that one statement fails, so that it stays short. */
const BATCH = 2_000;

const DEACTIVATED = 'The endpoint was deactivated before this was delivered.';

/**
 * Fails the next pending deliveries of an endpoint that is being deactivated, at most 2,000. Nothing is sent to it from
 * then on, so the others can wait for `failPendingOfDeactivated`.
 */
export async function failPending(
  { tx, workspaceId }: Pick<Work, 'tx' | 'workspaceId'>,
  endpointId: string,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE "WebhookDelivery" SET status = 'FAILED', "nextAttemptAt" = NULL, "claimedUntil" = NULL,
      "errorMessage" = ${DEACTIVATED}
    WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM "WebhookDelivery"
      WHERE "workspaceId" = ${workspaceId}::uuid AND "endpointId" = ${endpointId}::uuid AND status = 'PENDING'
      ORDER BY "nextAttemptAt", position LIMIT ${BATCH} FOR UPDATE))`;
}

/**
 * Fails pending deliveries of a deactivated endpoint, or of any if `endpoint` is null, at most 2,000. Returns whether there
 * may be more.
 */
export async function failPendingOfDeactivated(prisma: SqlClient, endpoint: EndpointKey | null): Promise<boolean> {
  const which = endpoint
    ? Prisma.sql`AND e."workspaceId" = ${endpoint.workspaceId}::uuid AND e.id = ${endpoint.endpointId}::uuid`
    : Prisma.empty;
  // The endpoint is locked first, so that nothing fails of one that has just been activated again.
  const count = await prisma.$executeRaw`
    WITH deactivated AS MATERIALIZED (
      SELECT e."workspaceId", e.id FROM "WebhookEndpoint" e
      WHERE e."deactivatedAt" IS NOT NULL ${which} AND EXISTS (SELECT FROM "WebhookDelivery" d
        WHERE d."workspaceId" = e."workspaceId" AND d."endpointId" = e.id AND d.status = 'PENDING')
      ORDER BY e."workspaceId", e.id LIMIT 1 FOR SHARE
    )
    UPDATE "WebhookDelivery" SET status = 'FAILED', "nextAttemptAt" = NULL, "claimedUntil" = NULL,
      "errorMessage" = ${DEACTIVATED}
    WHERE ctid = ANY(ARRAY(
      SELECT pending.ctid FROM deactivated e CROSS JOIN LATERAL (
        SELECT ctid FROM "WebhookDelivery"
        WHERE "workspaceId" = e."workspaceId" AND "endpointId" = e.id AND status = 'PENDING'
        ORDER BY "nextAttemptAt", position LIMIT ${BATCH} FOR UPDATE
      ) pending))`;
  return count > 0;
}
