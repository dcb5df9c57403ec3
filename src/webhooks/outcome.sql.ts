import type { SqlClient } from '../db/client.js';
import type { Prisma, WebhookEndpoint } from '../generated/prisma/client.js';
import type { Claim } from './attempt.sql.js';
import { afterFailure } from './outcome.js';
import { nextAttemptAt } from './retry.js';
import type { Answer } from './send.js';
import { giveUpPending } from './webhook-endpoint.sql.js';

/**
 * Writes down a delivery that succeeded. Where it was queued anew meanwhile, its claim is another and it stays PENDING.
 * What was answered is kept only beside what was sent, for it may repeat it.
 */
export async function recordSuccess(
  prisma: SqlClient,
  claim: Claim,
  { statusCode, responseBody, durationMs }: Answer,
  now: Date,
): Promise<void> {
  await prisma.$executeRaw`
    WITH settled AS (
      UPDATE "WebhookDelivery" SET status = 'SUCCEEDED', attempts = attempts + 1, "nextAttemptAt" = NULL,
        "claimedUntil" = NULL, "lastAttemptAt" = ${now}, "durationMs" = ${durationMs}, "statusCode" = ${statusCode},
        "errorMessage" = NULL, "responseBody" = CASE WHEN body IS NOT NULL THEN ${responseBody} END
      WHERE "workspaceId" = ${claim.workspaceId}::uuid AND id = ${claim.id}::uuid AND "claimedUntil" = ${claim.claimedUntil}
    )
    UPDATE "WebhookEndpoint" SET "failingSince" = NULL
    WHERE "workspaceId" = ${claim.workspaceId}::uuid AND id = ${claim.endpointId}::uuid AND "failingSince" IS NOT NULL`;
}

/** Writes down a try that failed, when the next one is, and what that makes of the endpoint. */
export async function recordFailure(
  tx: Prisma.TransactionClient,
  claim: Claim,
  answer: Answer,
  { now, random }: { now: Date; random: number },
): Promise<void> {
  const { workspaceId, endpointId, id, claimedUntil } = claim;
  const [endpoint] = await tx.$queryRaw<WebhookEndpoint[]>`
    SELECT * FROM "WebhookEndpoint"
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${endpointId}::uuid FOR NO KEY UPDATE`;
  if (!endpoint) return;
  const state = afterFailure(endpoint, answer.statusCode, now);
  const attempts = claim.attempts + 1;
  const next = state.deactivatedAt ? null : nextAttemptAt({ attempts, at: now, retryAfter: answer.retryAfter, random });
  await tx.$executeRaw`
    UPDATE "WebhookDelivery" SET status = ${next ? 'PENDING' : 'FAILED'}::"DeliveryStatus", attempts = ${attempts},
      "nextAttemptAt" = ${next}, "claimedUntil" = NULL, "lastAttemptAt" = ${now}, "durationMs" = ${answer.durationMs},
      "statusCode" = ${answer.statusCode}, "errorMessage" = ${answer.failure},
      "responseBody" = CASE WHEN body IS NOT NULL THEN ${answer.responseBody} END
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid AND "claimedUntil" = ${claimedUntil}`;
  if (state.failingSince === endpoint.failingSince && state.deactivatedAt === endpoint.deactivatedAt) return;
  await tx.webhookEndpoint.update({ where: { workspaceId_id: { workspaceId, id: endpointId } }, data: state });
  if (state.deactivatedAt && !endpoint.deactivatedAt) await giveUpPending({ tx, workspaceId }, endpointId);
}

/** Settles a delivery that there is nothing left to send of. */
export async function recordNothingToSend(prisma: SqlClient, claim: Claim): Promise<void> {
  await prisma.$executeRaw`
    UPDATE "WebhookDelivery" SET status = 'FAILED', "nextAttemptAt" = NULL, "claimedUntil" = NULL,
      "errorMessage" = 'The log no longer has the event.'
    WHERE "workspaceId" = ${claim.workspaceId}::uuid AND id = ${claim.id}::uuid AND "claimedUntil" = ${claim.claimedUntil}`;
}
