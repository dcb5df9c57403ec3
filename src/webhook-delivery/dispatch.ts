import { deliveredAs } from '../domain/webhooks/event-names.js';
import type { LogEvent } from '../event-log/log-event.js';
import { readHead, readLogAfter } from '../event-log/read-log.sql.js';
import type { Prisma } from '../generated/prisma/client.js';
import type { Semaphore } from '../lib/async.js';
import { groupBy } from '../lib/collections.js';
import type { WriteServices } from '../unit-of-work/transaction.js';
import {
  advance,
  type BehindEndpoint,
  insertDeliveries,
  lockBehind,
  type NewDelivery,
  type Recipients,
} from './dispatch.sql.js';

/** At most so many deliveries are made in one transaction. */
const MAX_ENDPOINTS = 200;
const MAX_EVENTS = 50;

type DispatchContext = Pick<WriteServices, 'database' | 'clock' | 'newId'>;

/**
 * Makes the deliveries of a workspace's new events for some of its endpoints: the log is the outbox, and each endpoint
 * has its place in it. Moving on and what was found on the way are one transaction, so that nothing is left out by whoever
 * dies in between. Each transaction waits for its turn anew, so that a long replay holds up no other workspace.
 * Answers the endpoints that there was something for.
 */
export async function dispatch(
  context: DispatchContext,
  recipients: Recipients,
  statements: Semaphore,
): Promise<Set<string>> {
  const served = new Set<string>();
  for (let more = true; more; more &&= !recipients.once) {
    const { prisma } = context.database;
    const made = await statements.run(() => prisma.$transaction((tx) => dispatchSome(tx, context, recipients)));
    for (const { endpointId } of made.deliveries) served.add(endpointId);
    more = made.more;
  }
  return served;
}

async function dispatchSome(tx: Prisma.TransactionClient, { clock, newId }: DispatchContext, recipients: Recipients) {
  const { workspaceId } = recipients;
  const endpoints = await lockBehind(tx, recipients, MAX_ENDPOINTS);
  const deliveries: NewDelivery[] = [];
  let more = endpoints.length === MAX_ENDPOINTS;
  // Those that stand at the same place, as most do, read the log together.
  for (const together of groupBy(endpoints, ({ position }) => String(position)).values()) {
    const position = Number(together[0]?.position);
    const events = await readLogAfter({ prisma: tx }, workspaceId, position, MAX_EVENTS);
    more ||= events.length === MAX_EVENTS;
    const reached = events.at(-1)?.position ?? (await readHead({ prisma: tx }, workspaceId)).position;
    for (const endpoint of together) deliveries.push(...deliveriesFor(endpoint, events, newId));
    const ids = together.map(({ id }) => id);
    await advance(tx, workspaceId, ids, Number(reached));
  }
  await insertDeliveries(tx, workspaceId, deliveries, clock());
  return { more, deliveries };
}

function deliveriesFor(endpoint: BehindEndpoint, events: readonly LogEvent[], newId: () => string): NewDelivery[] {
  const chosen = new Set(endpoint.events);
  return events.flatMap((event) => {
    const eventType = deliveredAs(chosen, event);
    if (eventType === null) return [];
    const { id: eventId, conversationId, payload } = event;
    const position = Number(event.position);
    const messageId = 'messageId' in payload ? payload.messageId : null;
    const prospectId = 'prospectId' in payload ? payload.prospectId : null;
    const about = { conversationId, messageId, prospectId };
    return [{ id: newId(), endpointId: endpoint.id, eventId, eventType, position, ...about }];
  });
}
