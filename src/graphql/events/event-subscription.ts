import { z } from 'zod';
import { seesAll } from '../../auth/viewer.js';
import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import { resumeFrom } from '../../event-log/cursor.js';
import { type EventType, eventTypes, type LogEvent, type LogPosition } from '../../event-log/log-event.js';
import { NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { id, parse } from '../../lib/validation.js';
import type { Context } from '../core/context.js';
import { logHead } from './log-head.loader.js';
import { visibleEvents, visibleTypes } from './visibility.sql.js';

/** Which events a subscription wants, and the position it starts after. */
export type EventSelection = {
  conversationId: string | null;
  types: ReadonlySet<EventType> | null;
  after: LogPosition;
};

/**
 * What the `events` subscription field returns. GraphQL demands an AsyncIterable, but nothing iterates this one: the
 * server hands the selection to the fan-out, which reads the log once for all equal subscriptions.
 */
export type EventSubscription = AsyncIterable<LogEvent> & { selection: EventSelection };

const subscriptionArgs = z.object({
  conversationId: id('Conversation').nullish(),
  types: z.array(z.enum(eventTypes, `Must be one of ${eventTypes.join(', ')}.`)).nullish(),
  after: z.string().nullish(),
});

export function isEventSubscription(source: object): source is EventSubscription {
  return 'selection' in source;
}

/** Reads the arguments of an `events` subscription, and finds the position in the log it starts after. */
export async function openEventSubscription(context: Context, args: unknown): Promise<EventSubscription> {
  const { conversationId = null, types = null, after = null } = parse(subscriptionArgs, args);
  if (conversationId) await assertKnown(context, conversationId);
  return {
    selection: {
      conversationId,
      types: types ? new Set(types) : null,
      after: after === null ? await logHead(context) : await resumeFrom(context, after),
    },
    [Symbol.asyncIterator]: () => {
      throw new Error('The fan-out reads the log for an event subscription.');
    },
  };
}

/** A deleted conversation is still in the log, so that whoever was away learns of its end. */
async function assertKnown({ database, viewer }: Context, conversationId: string): Promise<void> {
  const [known] = await database.prisma.$queryRaw<unknown[]>`
    SELECT 1 FROM "Event" e WHERE ${visibleEvents(viewer)} AND e."conversationId" = ${conversationId}::uuid
    UNION ALL
    SELECT 1 FROM "Conversation" c WHERE ${visibleTo(viewer)} AND c.id = ${conversationId}::uuid LIMIT 1`;
  if (!known) throw new NotFoundError('conversation', encodeId('Conversation', conversationId));
}

/** The events of a batch that a subscription wants and its viewer may still see. */
export async function pick(
  { database, viewer }: Context,
  { conversationId, types }: Pick<EventSelection, 'conversationId' | 'types'>,
  batch: LogEvent[],
): Promise<LogEvent[]> {
  const seen = visibleTypes(viewer);
  const wanted = batch.filter(
    ({ conversationId: id, type, contactId }) =>
      (conversationId === null || id === conversationId) &&
      (types === null || types.has(type)) &&
      (seen === null || seen.includes(type)) &&
      (viewer.kind !== 'CONTACT' || contactId === viewer.actor.id),
  );
  if (seesAll(viewer) || viewer.kind === 'CONTACT') return wanted;
  const owned = wanted.filter(({ ownerId }) => ownerId !== null && ownerId !== viewer.actor.id);
  if (owned.length === 0) return wanted;
  const visible = await database.prisma.$queryRaw<{ id: string }[]>`
    SELECT c.id FROM "Conversation" c
    WHERE ${visibleTo(viewer)} AND c.id = ANY(${[...new Set(owned.map((event) => event.conversationId))]}::uuid[])`;
  const ids = new Set(visible.map((row) => row.id));
  return wanted.filter((event) => !owned.includes(event) || ids.has(event.conversationId));
}
