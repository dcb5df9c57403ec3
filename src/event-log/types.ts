import type { MessageDirection, MessageStatus, Resolution } from '../generated/prisma/enums.js';

/** A value before and after; ids are public ids, so that the log can be read by itself. */
export type FieldChange = { field: string; from: unknown; to: unknown };

/** An actor in a payload, by public id. */
type ActorId = string;

/** What each event keeps besides who, when and where: ids and from/to, never a message's text or a contact's data. */
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
  'conversation.deleted': Record<string, never>;
  'conversation.read': { seq: number };
  /** UUIDs */
  'participant.joined': { participantId: string };
  'participant.left': { participantId: string };
  'message.added': { messageId: string; seq: number; direction: MessageDirection };
  /** `status`: the one that the message rose to; null where it kept its own. */
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

/** What a contact learns of its conversations: what is said, who comes and goes, and whether they go on. */
export const eventsForContacts = [
  'conversation.closed',
  'conversation.reopened',
  'conversation.deleted',
  'participant.joined',
  'participant.left',
  'message.added',
  'message.updated',
] as const satisfies readonly EventType[];

/** Something that happened, before it has a place in the log. */
export type NewEvent = {
  [Type in EventType]: { type: Type; payload: EventPayloads[Type] };
}[EventType];
