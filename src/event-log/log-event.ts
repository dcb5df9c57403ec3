import type { Event } from '../generated/prisma/client.js';
import type { MessageDirection, MessageStatus, Resolution } from '../generated/prisma/enums.js';

/** A field's value before and after a change. Ids are public ids, so that the log is readable on its own. */
export type FieldChange = { field: string; from: unknown; to: unknown };

/** The public id of an actor in a payload. */
type ActorId = string;

/**
 * What each event stores besides its actor, time and conversation: ids and changed values, never the text of a message
 * or the personal data of a contact.
 */
export type EventPayloads = {
  'conversation.created': Record<string, never>;
  'conversation.updated': { changes: FieldChange[] };
  'conversation.assigned': { from: ActorId | null; to: ActorId | null; note: string | null };
  'conversation.transferred': {
    from: ActorId | null;
    to: ActorId;
    reason: string | null;
    summary: string | null;
  };
  'conversation.closed': { reason: string | null; resolution: Resolution | null; notes: string | null };
  'conversation.reopened': Record<string, never>;
  /** `until` in RFC 3339 */
  'conversation.snoozed': { until: string };
  'conversation.woken': Record<string, never>;
  /** `seenBy`: the actors who saw a conversation with an owner only because they took part in it. */
  'conversation.deleted': { seenBy?: string[] };
  'conversation.read': { seq: number };
  /** Participants, messages and prospects are referenced by UUID. */
  'participant.joined': { participantId: string };
  'participant.left': { participantId: string };
  'message.added': { messageId: string; seq: number; direction: MessageDirection };
  /** `status`: the new status; null if it did not change. */
  'message.updated': { messageId: string; status: MessageStatus | null };
  'prospect.linked': { prospectId: string };
  'prospect.unlinked': { prospectId: string };
};

export type EventType = keyof EventPayloads;

export const eventTypes = [
  'conversation.created',
  'conversation.updated',
  'conversation.assigned',
  'conversation.transferred',
  'conversation.closed',
  'conversation.reopened',
  'conversation.snoozed',
  'conversation.woken',
  'conversation.deleted',
  'conversation.read',
  'participant.joined',
  'participant.left',
  'message.added',
  'message.updated',
  'prospect.linked',
  'prospect.unlinked',
] as const satisfies readonly EventType[];

/**
 * The events a contact may see in its conversations: messages, participants joining or leaving, and the end or
 * reopening.
 */
export const eventsForContacts = [
  'conversation.closed',
  'conversation.reopened',
  'conversation.deleted',
  'participant.joined',
  'participant.left',
  'message.added',
  'message.updated',
] as const satisfies readonly EventType[];

/** An event that has no position in the log yet. */
export type NewEvent = {
  [Type in EventType]: { type: Type; payload: EventPayloads[Type] };
}[EventType];

/** One row of the log; its type determines the type of its payload. */
export type LogEvent = Omit<Event, 'type' | 'payload'> & NewEvent;

/**
 * A position in a workspace's log, with the id of the event there. The id shows that the log still has the same
 * history, as it may not after a restore from a backup. It is null at position 0.
 */
export type LogPosition = { position: number; eventId: string | null };
