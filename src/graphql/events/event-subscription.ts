import { z } from 'zod';
import { seesAll, type Viewer } from '../../auth/viewer.js';
import { anyIn } from '../../db/any-in.js';
import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import { resumeFrom } from '../../event-log/cursor.js';
import {
  type EventType,
  eventTypes,
  isEvent,
  type LogEntry,
  type LogEvent,
  type LogPosition,
} from '../../event-log/log-event.js';
import { groupBy } from '../../lib/collections.js';
import { NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { input, optional, rule } from '../../lib/input.js';
import { anyOf, id } from '../../lib/rules.js';
import { parse } from '../../lib/validation.js';
import type { Topic } from '../../live/topic.js';
import type { Context } from '../core/context.js';
import { writesEvents } from './event-text.js';
import { type LogSubscription, logSubscription, type WriteItem } from './log-subscription.js';
import { endsSight, startNow, visibleEvents, visibleTypes } from './viewer-log.sql.js';

/** Which events a subscription asks for. */
type EventSelection = { conversationId: string | null; types: ReadonlySet<EventType> | null };

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

/** Subscriptions to events, by their conversation. */
const byConversation: Topic = {
  name: 'events',
  find: (batch) => ({ byKey: groupBy(batch.filter(isEvent), (event) => event.conversationId), forAll: [] }),
};

/** Validates the arguments of an `events` subscription, and resolves the position in the log it starts after. */
export async function openEventSubscription(context: Context, args: unknown): Promise<LogSubscription<LogEvent>> {
  const { conversationId = null, types = null, after = null } = parse(eventSubscriptionArgs.schema, args);
  const start = after === null ? await startNow(context) : await resumeFrom(context, after);
  if (conversationId) await assertKnown(context, conversationId, start);
  const wanted = { conversationId, types: types ? new Set(types) : null };
  return logSubscription({
    after: start,
    conversationId,
    interest: { topic: byConversation, keys: conversationId === null ? null : [conversationId] },
    key: types ? [...types].sort() : null,
    concerns: (entry) => isEvent(entry) && concerns(context.viewer, wanted, entry),
    select: async (reader, batch) => {
      const { events, over } = await selectEvents(reader, wanted, batch);
      return {
        items: events.map((event) => ({ at: positionOf(event), value: event })),
        over,
        writes: (operation) => writesAmong(events, writesEvents(operation, reader)),
      };
    },
  });
}

function writesAmong(events: readonly LogEvent[], write: WriteItem<LogEvent> | null): WriteItem<number> | null {
  if (!write) return null;
  return (index, cursor) => {
    const event = events[index];
    return event ? write(event, cursor) : null;
  };
}

function positionOf({ position, id: eventId }: LogEvent): LogPosition {
  return { position: Number(position), eventId };
}

/**
 * Throws NotFoundError for an unknown conversation. A deleted one whose events are still in the log is known, so that
 * clients that were offline receive its deletion. One that the viewer no longer sees is known until the viewer has
 * received that.
 */
async function assertKnown(
  { database, viewer }: Context,
  conversationId: string,
  { position }: LogPosition,
): Promise<void> {
  const [known] = await database.read<unknown>`
    SELECT 1 FROM "Event" e WHERE ${visibleEvents(viewer)} AND e."conversationId" = ${conversationId}::uuid
      AND (e.position > ${position} OR NOT ${endsSight(viewer)})
    UNION ALL
    SELECT 1 FROM "Conversation" c WHERE ${visibleTo(viewer)} AND c.id = ${conversationId}::uuid LIMIT 1`;
  if (!known) throw new NotFoundError('conversation', encodeId('Conversation', conversationId));
}

/** What a batch holds for a subscription. */
type SelectedEvents = {
  events: LogEvent[];
  /** Whether the viewer no longer sees the conversation of the subscription, which is over after these events. */
  over: boolean;
};

function isEventSelection({ kind, actor }: Viewer, { types }: EventSelection, { type, contactId }: LogEvent): boolean {
  const seen = visibleTypes({ kind });
  return (
    (types === null || types.has(type)) &&
    (seen === null || seen.includes(type)) &&
    (kind !== 'CONTACT' || contactId === actor.id)
  );
}

/** Whether `selectEvents` has to look at an event: others neither reach a subscription nor end it. */
function concerns(viewer: Viewer, selection: EventSelection, event: LogEvent): boolean {
  const { conversationId } = selection;
  return conversationId ? event.conversationId === conversationId : isEventSelection(viewer, selection, event);
}

/** The events of a batch that a subscription asks for and its viewer may see. */
async function selectEvents(
  { database, viewer }: Context,
  selection: EventSelection,
  batch: readonly LogEntry[],
): Promise<SelectedEvents> {
  const { conversationId } = selection;
  const inScope = batch.filter(isEvent).filter((event) => concerns(viewer, selection, event));
  const wanted = inScope.filter((event) => isEventSelection(viewer, selection, event));
  if (seesAll(viewer) || viewer.kind === 'CONTACT') return { events: wanted, over: false };
  const owned = inScope.filter(({ ownerId }) => ownerId !== null && ownerId !== viewer.actor.id);
  if (owned.length === 0) return { events: wanted, over: false };
  const visible = await database.read<{ id: string; conversationIsVisible: boolean }>`
    SELECT e.id, c.id IS NOT NULL AS "conversationIsVisible" FROM "Event" e
    LEFT JOIN "Conversation" c ON c.id = e."conversationId" AND ${visibleTo(viewer)}
    WHERE ${visibleEvents(viewer)} AND e.id = ${anyIn(
      owned.map(({ id }) => id),
      'uuid',
    )}`;
  const ids = new Set(visible.map(({ id }) => id));
  return {
    events: wanted.filter((event) => !owned.includes(event) || ids.has(event.id)),
    over: conversationId !== null && !visible.some(({ conversationIsVisible }) => conversationIsVisible),
  };
}
