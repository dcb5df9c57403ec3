import type { SqlClient } from '../db/client.js';
import { failPending } from '../domain/webhooks/webhook-endpoint.sql.js';
import type { Prisma, WebhookEndpoint } from '../generated/prisma/client.js';
import type { Claim } from './attempt.sql.js';
import { afterFailure } from './deactivation-policy.js';
import { nextAttemptAt } from './retry.js';
import type { Answer } from './send.js';

/** The try that an outcome is of: a claimed delivery, and the address that it was sent to. */
export type Tried = { claim: Claim; url: string };

/**
 * Writes down a delivery that succeeded. Where it was queued anew meanwhile, its claim is another and it stays PENDING;
 * where the endpoint has another address by now, that has not succeeded yet. What was answered is kept only beside what
 * was sent, for it may repeat it.
 */
export async function recordSuccess(
  prisma: SqlClient,
  { claim: { workspaceId, id, endpointId, claimedUntil }, url }: Tried,
  { statusCode, responseBody, durationMs }: Answer,
  now: Date,
): Promise<void> {
  const [settled] = await prisma.$queryRaw<{ failing: boolean }[]>`
    UPDATE "WebhookDelivery" SET status = 'SUCCEEDED', attempts = attempts + 1, "nextAttemptAt" = NULL,
      "claimedUntil" = NULL, "lastAttemptAt" = ${now}, "durationMs" = ${durationMs}, "statusCode" = ${statusCode},
      "errorMessage" = NULL, "responseBody" = CASE WHEN body IS NOT NULL THEN ${responseBody} END
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid AND "claimedUntil" = ${claimedUntil}
    RETURNING EXISTS (SELECT FROM "WebhookEndpoint" e WHERE e."workspaceId" = ${workspaceId}::uuid
      AND e.id = ${endpointId}::uuid AND e."failingSince" IS NOT NULL) AS failing`;
  // On its own, for whoever deactivates the endpoint holds it and waits for its deliveries.
  if (settled?.failing) {
    await prisma.$executeRaw`
      UPDATE "WebhookEndpoint" SET "failingSince" = NULL, "lastFailureAt" = NULL
      WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${endpointId}::uuid AND url = ${url}`;
  }
}

type Moment = { now: Date; random: number };

/**
 * Writes down a try that failed, when the next one is, and what that makes of the endpoint: nothing where the delivery was
 * queued anew meanwhile, or the endpoint has another address by now.
 */
export async function recordFailure(
  tx: Prisma.TransactionClient,
  { claim, url }: Tried,
  answer: Answer,
  { now, random }: Moment,
): Promise<void> {
  const { workspaceId, endpointId } = claim;
  const [endpoint] = await tx.$queryRaw<WebhookEndpoint[]>`
    SELECT * FROM "WebhookEndpoint"
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${endpointId}::uuid FOR NO KEY UPDATE`;
  if (!endpoint) return;
  const state = endpoint.url === url ? afterFailure(endpoint, answer.statusCode, now) : endpoint;
  const attempts = claim.attempts + 1;
  const next = state.deactivatedAt ? null : nextAttemptAt({ attempts, at: now, retryAfter: answer.retryAfter, random });
  const written = await settleTry(tx, claim, answer, { now, next });
  if (!written || state === endpoint) return;
  const { failingSince, lastFailureAt, deactivatedAt, deactivationReason } = state;
  await tx.webhookEndpoint.update({
    where: { workspaceId_id: { workspaceId, id: endpointId } },
    data: { failingSince, lastFailureAt, deactivatedAt, deactivationReason },
  });
  if (deactivatedAt) await failPending({ tx, workspaceId }, endpointId);
}

/** A try as its delivery keeps it. */
type Try = Pick<Answer, 'statusCode' | 'responseBody' | 'failure'> & { durationMs: number | null };

const UNWRITTEN: Try = {
  statusCode: null,
  responseBody: null,
  failure: 'The server could not write this webhook. The receiver was not asked, and is not at fault.',
  durationMs: null,
};

/** Writes down a try that came to nothing before the receiver was asked: the endpoint stays as it is. */
export async function recordUnwritten(prisma: SqlClient, claim: Claim, { now, random }: Moment): Promise<void> {
  const next = nextAttemptAt({ attempts: claim.attempts + 1, at: now, retryAfter: null, random });
  await settleTry(prisma, claim, UNWRITTEN, { now, next });
}

/** Writes a failed try into its delivery; answers false where that was queued anew meanwhile, and stays as it is. */
async function settleTry(
  prisma: SqlClient,
  { workspaceId, id, claimedUntil, attempts }: Claim,
  { durationMs, statusCode, failure, responseBody }: Try,
  { now, next }: { now: Date; next: Date | null },
): Promise<boolean> {
  const written = await prisma.$executeRaw`
    UPDATE "WebhookDelivery" SET status = ${next ? 'PENDING' : 'FAILED'}::"DeliveryStatus", attempts = ${attempts + 1},
      "nextAttemptAt" = ${next}, "claimedUntil" = NULL, "lastAttemptAt" = ${now}, "durationMs" = ${durationMs},
      "statusCode" = ${statusCode}, "errorMessage" = ${failure},
      "responseBody" = CASE WHEN body IS NOT NULL THEN ${responseBody} END
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid AND "claimedUntil" = ${claimedUntil}`;
  return written > 0;
}

/** Settles a delivery that there is nothing left to send of. */
export async function recordNothingToSend(prisma: SqlClient, claim: Claim): Promise<void> {
  await prisma.$executeRaw`
    UPDATE "WebhookDelivery" SET status = 'FAILED', "nextAttemptAt" = NULL, "claimedUntil" = NULL,
      "errorMessage" = 'The log no longer has the event.'
    WHERE "workspaceId" = ${claim.workspaceId}::uuid AND id = ${claim.id}::uuid AND "claimedUntil" = ${claim.claimedUntil}`;
}
