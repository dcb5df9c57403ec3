import type { SqlClient } from '../db/client.js';
import { failPending } from '../domain/webhooks/webhook-endpoint.sql.js';
import type { Prisma, WebhookEndpoint } from '../generated/prisma/client.js';
import type { Claim } from './attempt.sql.js';
import { stateAfterFailure } from './endpoint-health.js';
import { nextAttemptAt } from './retry.js';
import type { SendResult } from './send.js';

/** A claimed delivery, and the URL that it was sent to. */
export type Attempted = { claim: Claim; url: string };

/**
 * Records a successful attempt. A delivery queued again in the meantime has lost its claim and stays PENDING. If the
 * endpoint's URL has changed, its failures remain, as the new URL has not succeeded yet. The response is stored only while
 * the body is, because it may repeat it.
 */
export async function recordSuccess(
  prisma: SqlClient,
  { claim: { workspaceId, id, endpointId, claimedUntil }, url }: Attempted,
  { statusCode, responseBody, durationMs }: SendResult,
  now: Date,
): Promise<void> {
  const [settled] = await prisma.$queryRaw<{ failing: boolean }[]>`
    UPDATE "WebhookDelivery" SET status = 'SUCCEEDED', attempts = attempts + 1, "nextAttemptAt" = NULL,
      "claimedUntil" = NULL, "lastAttemptAt" = ${now}, "durationMs" = ${durationMs}, "statusCode" = ${statusCode},
      "errorMessage" = NULL, "responseBody" = CASE WHEN body IS NOT NULL THEN ${responseBody} END
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid AND "claimedUntil" = ${claimedUntil}
    RETURNING EXISTS (SELECT FROM "WebhookEndpoint" e WHERE e."workspaceId" = ${workspaceId}::uuid
      AND e.id = ${endpointId}::uuid AND e."failingSince" IS NOT NULL) AS failing`;
  // A statement of its own: a deactivation locks the endpoint first and then waits for its deliveries.
  if (settled?.failing) {
    await prisma.$executeRaw`
      UPDATE "WebhookEndpoint" SET "failingSince" = NULL, "lastFailureAt" = NULL
      WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${endpointId}::uuid AND url = ${url}`;
  }
}

type Moment = { now: Date; random: number };

/**
 * Records a failed attempt, when the next one is due, and the resulting state of the endpoint. Changes nothing if the
 * delivery was queued again in the meantime, and only the delivery if the endpoint's URL has changed.
 */
export async function recordFailure(
  tx: Prisma.TransactionClient,
  { claim, url }: Attempted,
  result: SendResult,
  { now, random }: Moment,
): Promise<void> {
  const { workspaceId, endpointId } = claim;
  const [endpoint] = await tx.$queryRaw<WebhookEndpoint[]>`
    SELECT * FROM "WebhookEndpoint"
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${endpointId}::uuid FOR NO KEY UPDATE`;
  if (!endpoint) return;
  const state = endpoint.url === url ? stateAfterFailure(endpoint, result.statusCode, now) : endpoint;
  const attempts = claim.attempts + 1;
  const next = state.deactivatedAt ? null : nextAttemptAt({ attempts, at: now, retryAfter: result.retryAfter, random });
  const recorded = await recordAttempt(tx, claim, result, { now, next });
  if (!recorded || state === endpoint) return;
  const { failingSince, lastFailureAt, deactivatedAt, deactivationReason } = state;
  await tx.webhookEndpoint.update({
    where: { workspaceId_id: { workspaceId, id: endpointId } },
    data: { failingSince, lastFailureAt, deactivatedAt, deactivationReason },
  });
  if (deactivatedAt) await failPending({ tx, workspaceId }, endpointId);
}

/** What a delivery stores of a failed attempt. */
type FailedAttempt = Pick<SendResult, 'statusCode' | 'responseBody' | 'failure'> & { durationMs: number | null };

const RENDER_FAILURE: FailedAttempt = {
  statusCode: null,
  responseBody: null,
  failure: 'The server failed to render this webhook. The receiver was not contacted and is not at fault.',
  durationMs: null,
};

/** Records an attempt that failed before the receiver was contacted. The endpoint's state does not change. */
export async function recordRenderFailure(prisma: SqlClient, claim: Claim, { now, random }: Moment): Promise<void> {
  const next = nextAttemptAt({ attempts: claim.attempts + 1, at: now, retryAfter: null, random });
  await recordAttempt(prisma, claim, RENDER_FAILURE, { now, next });
}

/** Records a failed attempt in its delivery; returns false and changes nothing if that was queued again in the meantime. */
async function recordAttempt(
  prisma: SqlClient,
  { workspaceId, id, claimedUntil, attempts }: Claim,
  { durationMs, statusCode, failure, responseBody }: FailedAttempt,
  { now, next }: { now: Date; next: Date | null },
): Promise<boolean> {
  const updated = await prisma.$executeRaw`
    UPDATE "WebhookDelivery" SET status = ${next ? 'PENDING' : 'FAILED'}::"DeliveryStatus", attempts = ${attempts + 1},
      "nextAttemptAt" = ${next}, "claimedUntil" = NULL, "lastAttemptAt" = ${now}, "durationMs" = ${durationMs},
      "statusCode" = ${statusCode}, "errorMessage" = ${failure},
      "responseBody" = CASE WHEN body IS NOT NULL THEN ${responseBody} END
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid AND "claimedUntil" = ${claimedUntil}`;
  return updated > 0;
}

/** Fails a delivery whose body and event are both gone. */
export async function recordNothingToSend(prisma: SqlClient, claim: Claim): Promise<void> {
  await prisma.$executeRaw`
    UPDATE "WebhookDelivery" SET status = 'FAILED', "nextAttemptAt" = NULL, "claimedUntil" = NULL,
      "errorMessage" = 'The log no longer has the event.'
    WHERE "workspaceId" = ${claim.workspaceId}::uuid AND id = ${claim.id}::uuid AND "claimedUntil" = ${claim.claimedUntil}`;
}
