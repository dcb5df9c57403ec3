import type { SqlClient } from '../../db/client.js';
import { Prisma, type WebhookEndpoint } from '../../generated/prisma/client.js';
import { ConflictError, NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import type { ActionContext, Work } from '../../unit-of-work/transaction.js';

/** Which endpoint, of which workspace. */
export type EndpointKey = { workspaceId: string; endpointId: string };

/** Throws NotFoundError where the workspace has no such endpoint. */
export async function requireEndpoint({ database, viewer: { workspaceId } }: ActionContext, id: string): Promise<void> {
  const [found] = await database.prisma.$queryRaw<unknown[]>`
    SELECT FROM "WebhookEndpoint" WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid`;
  if (!found) throw new NotFoundError('webhook endpoint', encodeId('WebhookEndpoint', id));
}

/** Locks an endpoint against being changed; throws NotFoundError where there is none. */
export async function lockEndpoint({ tx, workspaceId }: Work, id: string): Promise<WebhookEndpoint> {
  const [endpoint] = await tx.$queryRaw<WebhookEndpoint[]>`
    SELECT * FROM "WebhookEndpoint" WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid FOR NO KEY UPDATE`;
  if (!endpoint) throw new NotFoundError('webhook endpoint', encodeId('WebhookEndpoint', id));
  return endpoint;
}

/** The same for something to be sent there; throws ConflictError where it is deactivated. */
export async function lockActiveEndpoint(work: Work, id: string): Promise<WebhookEndpoint> {
  const endpoint = await lockEndpoint(work, id);
  if (endpoint.deactivatedAt === null) return endpoint;
  throw new ConflictError('The endpoint is deactivated. Activate it first: updateWebhookEndpoint with active: true.');
}

/** How many endpoints a workspace has at most: each event may have to be sent to all of them. */
const MAX_ENDPOINTS = 200;

/** Throws ConflictError where the workspace has as many endpoints as it may; until the end nobody else makes one. */
export async function assertRoomForEndpoint({ tx, workspaceId }: Work): Promise<void> {
  await tx.$executeRaw`SELECT FROM "Workspace" WHERE id = ${workspaceId}::uuid FOR NO KEY UPDATE`;
  const count = await tx.webhookEndpoint.count({ where: { workspaceId } });
  if (count < MAX_ENDPOINTS) return;
  throw new ConflictError(
    `The workspace has ${MAX_ENDPOINTS} webhook endpoints. Delete one first: deleteWebhookEndpoint.`,
  );
}

/** How many deliveries are given up in one statement, which must not last. */
const BATCH = 2_000;

const GIVEN_UP = 'The endpoint was deactivated before this was delivered.';

/**
 * Gives up what is still to be tried at an endpoint that is being deactivated: 2 000 deliveries at most, the next ones
 * first. Nothing is sent to it any more, so the others can wait for `giveUpRest`.
 */
export async function giveUpPending(
  { tx, workspaceId }: Pick<Work, 'tx' | 'workspaceId'>,
  endpointId: string,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE "WebhookDelivery" SET status = 'FAILED', "nextAttemptAt" = NULL, "claimedUntil" = NULL,
      "errorMessage" = ${GIVEN_UP}
    WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM "WebhookDelivery"
      WHERE "workspaceId" = ${workspaceId}::uuid AND "endpointId" = ${endpointId}::uuid AND status = 'PENDING'
      ORDER BY "nextAttemptAt", position LIMIT ${BATCH} FOR UPDATE))`;
}

/** Gives up what is left to be tried at a deactivated endpoint, or at all of them; answers whether there may be more. */
export async function giveUpRest(prisma: SqlClient, endpoint: EndpointKey | null): Promise<boolean> {
  const which = endpoint
    ? Prisma.sql`AND e."workspaceId" = ${endpoint.workspaceId}::uuid AND e.id = ${endpoint.endpointId}::uuid`
    : Prisma.empty;
  // The endpoints are held first, so that nothing is given up of one that was just activated again.
  const count = await prisma.$executeRaw`
    WITH deactivated AS MATERIALIZED (
      SELECT e."workspaceId", e.id FROM "WebhookEndpoint" e
      WHERE e."deactivatedAt" IS NOT NULL ${which} AND EXISTS (SELECT FROM "WebhookDelivery" d
        WHERE d."workspaceId" = e."workspaceId" AND d."endpointId" = e.id AND d.status = 'PENDING')
      ORDER BY e."workspaceId", e.id LIMIT 1 FOR SHARE
    )
    UPDATE "WebhookDelivery" SET status = 'FAILED', "nextAttemptAt" = NULL, "claimedUntil" = NULL,
      "errorMessage" = ${GIVEN_UP}
    WHERE ctid = ANY(ARRAY(
      SELECT pending.ctid FROM deactivated e CROSS JOIN LATERAL (
        SELECT ctid FROM "WebhookDelivery"
        WHERE "workspaceId" = e."workspaceId" AND "endpointId" = e.id AND status = 'PENDING'
        ORDER BY "nextAttemptAt", position LIMIT ${BATCH} FOR UPDATE
      ) pending))`;
  return count > 0;
}
