import type { DocumentNode } from 'graphql';
import type { Semaphore } from '../db/semaphore.js';
import type { LogEvent } from '../events/log-event.js';
import type { WebhookEndpoint } from '../generated/prisma/client.js';
import type { Context } from '../graphql/context.js';
import { encodeId } from '../ids.js';
import { type Claim, keepBody, release } from './attempt.sql.js';
import { renderBody, testBody } from './body.js';
import { storedHeaders } from './custom-headers.js';
import { recordFailure, recordNothingToSend, recordSuccess } from './outcome.sql.js';
import { signingSecrets } from './secrets.js';
import type { Send } from './send.js';
import { signedHeaders } from './signature.js';

export type AttemptOptions = {
  context: Context;
  document: DocumentNode;
  send: Send;
  /** Bounds how many connections to the database are used at once. */
  statements: Semaphore;
};

/** What a claimed delivery needs: where it goes, and the event that it tells of, if the log still has it. */
export type Prepared = { claim: Claim; endpoint: WebhookEndpoint; event: LogEvent | null };

/**
 * Tries a delivery once, and writes down what came of it. Answers whether it succeeded, or null where nothing was sent.
 * No connection to the database is held while the receiver is waited for.
 */
export async function attempt(options: AttemptOptions, prepared: Prepared): Promise<boolean | null> {
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
  return answer.failure === null;
}

/** The body that was kept, or else a new one, which is kept before it is sent; null where there is nothing to send. */
async function bodyOf({ context, document }: AttemptOptions, { claim, event }: Prepared): Promise<string | null> {
  const { prisma } = context.database;
  if (claim.body !== null) return claim.body;
  if (claim.position !== null && !event) {
    await recordNothingToSend(prisma, claim);
    return null;
  }
  const body = event ? await renderBody(document, context, claim, event) : testBody(claim);
  if (await keepBody(prisma, claim, body)) return body;
  // Deleted meanwhile: what is left of it is sent when it is taken again.
  await release(prisma, claim);
  return null;
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
