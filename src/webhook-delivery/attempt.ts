import type { DocumentNode } from 'graphql';
import type { Logger } from 'pino';
import { isOutage } from '../db/outage.js';
import { plainHeaders } from '../domain/webhooks/custom-headers.js';
import { signingSecrets } from '../domain/webhooks/secrets.js';
import { signedHeaders } from '../domain/webhooks/signature.js';
import type { LogEvent } from '../event-log/log-event.js';
import type { WebhookEndpoint } from '../generated/prisma/client.js';
import type { Context } from '../graphql/core/context.js';
import type { Semaphore } from '../lib/async.js';
import { encodeId } from '../lib/ids.js';
import { traced } from '../lib/tracing.js';
import { type Claim, release, storeBody } from './attempt.sql.js';
import { type EndpointHealth, healthAfter } from './endpoint-health.js';
import { recordFailure, recordNothingToSend, recordRenderFailure, recordSuccess } from './record-attempt.sql.js';
import { renderBody, testBody } from './render-payload.js';
import type { Send } from './send.js';
import { sendTraced } from './send-traced.js';

export type AttemptOptions = {
  context: Context;
  document: DocumentNode;
  send: Send;
  log: Logger;
  /** Limits how many database connections are used at the same time. */
  statements: Semaphore;
};

/** A claimed delivery with its endpoint, whose secrets are in plain text, and its event if the log still has it. */
export type ClaimedDelivery = { claim: Claim; endpoint: WebhookEndpoint; event: LogEvent | null };

/**
 * Attempts a delivery once and records the result. Returns the health of its endpoint, or null if nothing was sent. No
 * database connection is held while waiting for the receiver.
 */
export async function attempt(options: AttemptOptions, delivery: ClaimedDelivery): Promise<EndpointHealth | null> {
  const { id, eventType, attempts } = delivery.claim;
  return traced(options.context.tracing, `webhook ${eventType}`, () => attemptOnce(options, delivery), {
    kind: 'consumer',
    from: {},
    attributes: {
      'parley.event.type': eventType,
      'parley.delivery.id': encodeId('WebhookDelivery', id),
      'parley.delivery.attempt': attempts + 1,
    },
  });
}

async function attemptOnce(options: AttemptOptions, delivery: ClaimedDelivery): Promise<EndpointHealth | null> {
  const { context, send, statements } = options;
  const { claim, endpoint } = delivery;
  const { prisma } = context.database;
  const body = await statements.run(() => bodyOf(options, delivery));
  if (body === null) return null;
  const request = { url: endpoint.url, headers: headersFor(endpoint, claim, body, context.clock()), body };
  const result = await sendTraced(context.tracing, send, request);
  const now = context.clock();
  const attempted = { claim, url: endpoint.url };
  await statements.run(() =>
    result.failure === null
      ? recordSuccess(prisma, attempted, result, now)
      : prisma.$transaction((tx) => recordFailure(tx, attempted, result, { now, random: Math.random() })),
  );
  return healthAfter(result);
}

/** The stored body, or else a new one, which is stored before it is sent; null if there is nothing to send. */
async function bodyOf(options: AttemptOptions, { claim, event }: ClaimedDelivery): Promise<string | null> {
  const { prisma } = options.context.database;
  if (claim.body !== null) return claim.body;
  if (claim.position !== null && !event) {
    await recordNothingToSend(prisma, claim);
    return null;
  }
  const body = event ? await render(options, claim, event) : testBody(claim);
  if (body === null) return null;
  if (await storeBody(prisma, claim, body)) return body;
  // Content was erased in the meantime: what is left is rendered when the delivery is claimed again.
  await release(prisma, claim);
  return null;
}

/** Renders an event; null if that fails, which is recorded as a failed attempt but not held against the endpoint. */
async function render(
  { context, document, log }: AttemptOptions,
  claim: Claim,
  event: LogEvent,
): Promise<string | null> {
  try {
    return await renderBody(document, context, claim, event);
  } catch (err) {
    // Attempted again when the claim expires, like everything that a database outage interrupts.
    if (isOutage(err)) throw err;
    log.error({ err, deliveryId: encodeId('WebhookDelivery', claim.id) }, 'Could not render a webhook');
    await recordRenderFailure(context.database.prisma, claim, { now: context.clock(), random: Math.random() });
    return null;
  }
}

function headersFor(endpoint: WebhookEndpoint, { eventId }: Claim, body: string, now: Date): Record<string, string> {
  const timestamp = Math.floor(now.getTime() / 1000);
  return {
    ...plainHeaders(endpoint.headers),
    'content-type': 'application/json',
    'user-agent': 'Parley',
    ...signedHeaders({ id: encodeId('Event', eventId), timestamp, body }, signingSecrets(endpoint, now)),
  };
}
