import { eventTypes, type NewEvent } from '../../event-log/log-event.js';
import type { MessageStatus } from '../../generated/prisma/enums.js';

/** All events by their own names; never an alias beside. */
const ALL_EVENTS = '*';

/** The type of a test, which cannot be chosen. */
export const TEST_EVENT = 'webhook.test';

/** Linktor's names for parts of what message.added and message.updated tell. */
const aliases = ['message.received', 'message.sent', 'message.delivered', 'message.read', 'message.failed'] as const;

export type WebhookEventName = (typeof eventTypes)[number] | (typeof aliases)[number] | typeof ALL_EVENTS;

/** What an endpoint can choose. */
export const webhookEventNames: readonly WebhookEventName[] = [ALL_EVENTS, ...eventTypes, ...aliases];

/**
 * The name under which an endpoint that chose these gets an event, or null where it does not: at most one, so that an
 * event is never told twice.
 */
export function deliveredAs(chosen: ReadonlySet<string>, event: NewEvent): string | null {
  if (chosen.has(ALL_EVENTS) || chosen.has(event.type)) return event.type;
  const alias = aliasOf(event);
  return alias !== null && chosen.has(alias) ? alias : null;
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
