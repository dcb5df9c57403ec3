import { eventTypes, isOfNote, type NewEvent } from '../../event-log/log-event.js';
import type { MessageStatus } from '../../generated/prisma/enums.js';

/** Selects all events by their own names, never by an alias, except for those of notes. */
const ALL_EVENTS = '*';

/** The type of a test delivery, which cannot be selected. */
export const TEST_EVENT = 'webhook.test';

/** Names for parts of message.added and message.updated. */
const aliases = ['message.received', 'message.sent', 'message.delivered', 'message.read', 'message.failed'] as const;

export type WebhookEventName = (typeof eventTypes)[number] | (typeof aliases)[number] | typeof ALL_EVENTS;

/** The names that an endpoint can select. */
export const webhookEventNames: readonly WebhookEventName[] = [ALL_EVENTS, ...eventTypes, ...aliases];

/**
 * The name under which an endpoint that selected these names receives an event, or null if it does not receive it. There
 * is at most one, so that no event is delivered twice.
 */
export function deliveredAs(selected: ReadonlySet<string>, event: NewEvent): string | null {
  if (selected.has(event.type)) return event.type;
  // An endpoint may belong to a channel, which would show customers what is meant for the team.
  if (isOfNote(event)) return null;
  if (selected.has(ALL_EVENTS)) return event.type;
  const alias = aliasOf(event);
  return alias !== null && selected.has(alias) ? alias : null;
}

const statusAliases: Partial<Record<MessageStatus, WebhookEventName>> = {
  SENT: 'message.sent',
  DELIVERED: 'message.delivered',
  READ: 'message.read',
  FAILED: 'message.failed',
};

function aliasOf({ type, payload }: NewEvent): WebhookEventName | null {
  switch (type) {
    case 'message.added':
      return payload.direction === 'INBOUND' ? 'message.received' : null;
    case 'message.updated':
      return payload.status ? (statusAliases[payload.status] ?? null) : null;
    default:
      return null;
  }
}
