import type { DocumentNode } from 'graphql';
import type { Logger } from 'pino';
import { isOutage } from '../db/outage.js';
import { storedHeaders } from '../domain/webhooks/custom-headers.js';
import { signingSecrets } from '../domain/webhooks/secrets.js';
import { signedHeaders } from '../domain/webhooks/signature.js';
import type { LogEvent } from '../event-log/log-event.js';
import type { WebhookEndpoint } from '../generated/prisma/client.js';
import type { Context } from '../graphql/core/context.js';
import type { Semaphore } from '../lib/async.js';
import { encodeId } from '../lib/ids.js';
import { type Claim, keepBody, release } from './attempt.sql.js';
import { type Standing, standingAfter } from './endpoint-health.js';
import { recordFailure, recordNothingToSend, recordSuccess, recordUnwritten } from './record-attempt.sql.js';
import { renderBody, testBody } from './render-payload.js';
import type { Send } from './send.js';

export type AttemptOptions = {
  context: Context;
  document: DocumentNode;
  send: Send;
  log: Logger;
  /** Bounds how many connections to the database are used at once. */
  statements: Semaphore;
};

/** What a claimed delivery needs: where it goes, and the event that it tells of, if the log still has it. */
export type Prepared = { claim: Claim; endpoint: WebhookEndpoint; event: LogEvent | null };

/**
 * Tries a delivery once, and writes down what came of it. Answers how its endpoint stands, or null where nothing was sent.
 * No connection to the database is held while the receiver is waited for.
 */
export async function attempt(options: AttemptOptions, prepared: Prepared): Promise<Standing | null> {
  const { context, send, statements } = options;
  const { claim, endpoint } = prepared;
  const { prisma } = context.database;
  const body = await statements.run(() => bodyOf(options, prepared));
  if (body === null) return null;
  const answer = await send({ url: endpoint.url, headers: headersFor(endpoint, claim, body, context.clock()), body });
  const now = context.clock();
  const tried = { claim, url: endpoint.url };
  await statements.run(() =>
    answer.failure === null
      ? recordSuccess(prisma, tried, answer, now)
      : prisma.$transaction((tx) => recordFailure(tx, tried, answer, { now, random: Math.random() })),
  );
  return standingAfter(answer);
}

/** The body that was kept, or else a new one, which is kept before it is sent; null where there is nothing to send. */
async function bodyOf(options: AttemptOptions, { claim, event }: Prepared): Promise<string | null> {
  const { prisma } = options.context.database;
  if (claim.body !== null) return claim.body;
  if (claim.position !== null && !event) {
    await recordNothingToSend(prisma, claim);
    return null;
  }
  const body = event ? await write(options, claim, event) : testBody(claim);
  if (body === null) return null;
  if (await keepBody(prisma, claim, body)) return body;
  // Something was erased meanwhile: what is left is sent when it is taken again.
  await release(prisma, claim);
  return null;
}

/** Renders an event. One that cannot be rendered is a try that failed, which is not the receiver's fault: null. */
async function write(
  { context, document, log }: AttemptOptions,
  claim: Claim,
  event: LogEvent,
): Promise<string | null> {
  try {
    return await renderBody(document, context, claim, event);
  } catch (err) {
    // Tried again when the claim has ended, as whatever the database was not there for.
    if (isOutage(err)) throw err;
    log.error({ err, deliveryId: encodeId('WebhookDelivery', claim.id) }, 'A webhook could not be written');
    await recordUnwritten(context.database.prisma, claim, { now: context.clock(), random: Math.random() });
    return null;
  }
}

function headersFor(endpoint: WebhookEndpoint, { eventId }: Claim, body: string, now: Date): Record<string, string> {
  const timestamp = Math.floor(now.getTime() / 1000);
  return {
    ...storedHeaders(endpoint.headers),
    'content-type': 'application/json',
    'user-agent': 'Parley',
    ...signedHeaders({ id: encodeId('Event', eventId), timestamp, body }, signingSecrets(endpoint, now)),
  };
}
