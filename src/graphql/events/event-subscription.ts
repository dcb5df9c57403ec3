import { z } from 'zod';
import { seesAll } from '../../auth/viewer.js';
import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import { resumeFrom } from '../../event-log/cursor.js';
import { type EventType, eventTypes, type LogEvent, type LogPosition } from '../../event-log/log-event.js';
import { NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { input, optional, rule } from '../../lib/input.js';
import { anyOf, id } from '../../lib/rules.js';
import { parse } from '../../lib/validation.js';
import type { Context } from '../core/context.js';
import { logHead, visibleEvents, visibleTypes } from './viewer-log.sql.js';

/** Which events a subscription asks for, and the position it starts after. */
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

const eventType = rule('String', z.enum(eventTypes, `Must be one of ${eventTypes.join(', ')}.`));

export const eventSubscriptionArgs = input('events', 'Which events to subscribe to.', {
  conversationId: optional(id('Conversation'), 'Events of this conversation. Default: of all.'),
  types: optional(
    anyOf(eventType),
    'Events of these types, such as message.added; an empty list matches nothing. Default: all types.',
  ),
  after: optional(
    rule('String', z.string()),
    'Resume after this cursor of an event, or eventCursor. CURSOR_EXPIRED if the log no longer has the events after it.',
  ),
});

/** Whether the source of a subscription is one of the `events` field. */
export function isEventSubscription(source: object): source is EventSubscription {
  return 'selection' in source;
}

/** Validates the arguments of an `events` subscription, and resolves the position in the log it starts after. */
export async function openEventSubscription(context: Context, args: unknown): Promise<EventSubscription> {
  const { conversationId = null, types = null, after = null } = parse(eventSubscriptionArgs.schema, args);
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

/**
 * Throws NotFoundError for an unknown conversation. A deleted one whose events are still in the log is known, so that
 * clients that were offline receive its deletion.
 */
async function assertKnown({ database, viewer }: Context, conversationId: string): Promise<void> {
  const [known] = await database.prisma.$queryRaw<unknown[]>`
    SELECT 1 FROM "Event" e WHERE ${visibleEvents(viewer)} AND e."conversationId" = ${conversationId}::uuid
    UNION ALL
    SELECT 1 FROM "Conversation" c WHERE ${visibleTo(viewer)} AND c.id = ${conversationId}::uuid LIMIT 1`;
  if (!known) throw new NotFoundError('conversation', encodeId('Conversation', conversationId));
}

/** The events of a batch that a subscription asks for and its viewer may still see. */
export async function selectEvents(
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
