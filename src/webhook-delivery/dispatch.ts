import { readIn } from '../db/read.js';
import { deliveredAs } from '../domain/webhooks/event-names.js';
import { isEvent, type LogEntry } from '../event-log/log-event.js';
import { readHead, readLogAfter } from '../event-log/read-log.sql.js';
import type { Prisma } from '../generated/prisma/client.js';
import type { Semaphore } from '../lib/async.js';
import { groupBy } from '../lib/collections.js';
import type { WriteServices } from '../unit-of-work/transaction.js';
import {
  advancePositions,
  type BehindEndpoint,
  insertDeliveries,
  lockBehind,
  type NewDelivery,
  type Recipients,
} from './dispatch.sql.js';

/** The limits of one transaction: at most 50 deliveries for each of 200 endpoints. */
const MAX_ENDPOINTS = 200;
const MAX_EVENTS = 50;

type DispatchContext = Pick<WriteServices, 'database' | 'clock' | 'newId'>;

/**
 * Creates the deliveries of a workspace's new events for some of its endpoints. The log is the outbox, and each endpoint has
 * a position in it. Deliveries are created and the position advances in one transaction, so that a crash loses nothing.
 * Each transaction takes a turn of its own among `statements`, so that a long replay does not hold up other workspaces.
 * Returns the ids of endpoints that have new deliveries.
 */
export async function dispatch(
  context: DispatchContext,
  recipients: Recipients,
  statements: Semaphore,
): Promise<Set<string>> {
  const served = new Set<string>();
  for (let more = true; more; more &&= !recipients.once) {
    const { prisma } = context.database;
    const batch = await statements.run(() => prisma.$transaction((tx) => dispatchBatch(tx, context, recipients)));
    for (const { endpointId } of batch.deliveries) served.add(endpointId);
    more = batch.more;
  }
  return served;
}

async function dispatchBatch(tx: Prisma.TransactionClient, { clock, newId }: DispatchContext, recipients: Recipients) {
  const { workspaceId } = recipients;
  const log = { read: readIn(tx) };
  const endpoints = await lockBehind(tx, recipients, MAX_ENDPOINTS);
  const deliveries: NewDelivery[] = [];
  let more = endpoints.length === MAX_ENDPOINTS;
  // Endpoints at the same position, as most are, share one read of the log.
  for (const together of groupBy(endpoints, ({ position }) => String(position)).values()) {
    const position = Number(together[0]?.position);
    const events = await readLogAfter(log, workspaceId, position, MAX_EVENTS);
    more ||= events.length === MAX_EVENTS;
    const reached = events.at(-1)?.position ?? (await readHead(log, workspaceId)).position;
    for (const endpoint of together) deliveries.push(...deliveriesFor(endpoint, events, newId));
    const ids = together.map(({ id }) => id);
    await advancePositions(tx, workspaceId, ids, Number(reached));
  }
  await insertDeliveries(tx, workspaceId, deliveries, clock());
  return { more, deliveries };
}

function deliveriesFor(endpoint: BehindEndpoint, entries: readonly LogEntry[], newId: () => string): NewDelivery[] {
  const selected = new Set(endpoint.events);
  return entries.filter(isEvent).flatMap((event) => {
    const eventType = deliveredAs(selected, event);
    if (eventType === null) return [];
    const { id: eventId, conversationId, payload } = event;
    const position = Number(event.position);
    const messageId = 'messageId' in payload ? payload.messageId : null;
    const prospectId = 'prospectId' in payload ? payload.prospectId : null;
    const about = { conversationId, messageId, prospectId };
    return [{ id: newId(), endpointId: endpoint.id, eventId, eventType, position, ...about }];
  });
}
