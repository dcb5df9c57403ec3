import type { Conversation, Event } from '../generated/prisma/client.js';
import type { MessageDirection, MessageStatus, Resolution, UserRole } from '../generated/prisma/enums.js';

/** A field's value before and after a change. Ids are public ids, so that the log is readable on its own. */
export type FieldChange = { field: string; from: unknown; to: unknown };

/** The public id of an actor in a payload. */
type ActorId = string;

/**
 * What a deleted conversation was, as far as lists are found by it: nothing else tells which of them it was in. Ids are
 * UUIDs. Tags are text that people wrote, so it only says whether there were any.
 */
export type DeletedConversation = Pick<Conversation, 'status' | 'priority' | 'channelId' | 'botId'> & {
  assigneeId: string | null;
  participantIds: string[];
  prospectIds: string[];
  tagged: boolean;
  /** Users whom its notes mentioned. */
  mentionedIds?: string[];
};

/**
 * What each event stores besides its actor, time and conversation: ids and changed values, never the text of a message
 * or the personal data of a contact.
 */
export type EventPayloads = {
  'conversation.created': Record<string, never>;
  'conversation.updated': { changes: FieldChange[] };
  /** `formerBot`: the bot that the new one replaces, which may not see the conversation any more. */
  'conversation.assigned': { from: ActorId | null; to: ActorId | null; note: string | null; formerBot?: string };
  'conversation.transferred': {
    from: ActorId | null;
    to: ActorId;
    reason: string | null;
    summary: string | null;
    formerBot?: string;
  };
  'conversation.closed': { reason: string | null; resolution: Resolution | null; notes: string | null };
  'conversation.reopened': Record<string, never>;
  /** `until` in RFC 3339 */
  'conversation.snoozed': { until: string };
  'conversation.woken': Record<string, never>;
  /** `seenBy`: the actors who saw a conversation with an owner only because they took part in it. */
  'conversation.deleted': { seenBy?: string[]; was?: DeletedConversation };
  'conversation.read': { seq: number };
  /** Participants, messages and prospects are referenced by UUID. */
  'participant.joined': { participantId: string };
  'participant.left': { participantId: string };
  'message.added': { messageId: string; seq: number; direction: MessageDirection };
  /** `status`: the new status; null if it did not change. */
  'message.updated': { messageId: string; status: MessageStatus | null };
  /** A note is an INTERNAL message. `mentioned`: users whom no other note of the conversation mentioned before, by UUID. */
  'note.added': { messageId: string; seq: number; mentioned?: string[] };
  /** `unmentioned`: users whom no note of the conversation mentions any more. */
  'note.updated': { messageId: string; mentioned?: string[]; unmentioned?: string[] };
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
  'note.added',
  'note.updated',
  'prospect.linked',
  'prospect.unlinked',
] as const satisfies readonly EventType[];

/** Events of notes. They are types of their own, so that whoever acts on messages, such as a channel, does not get them. */
const eventsOfNotes: readonly string[] = ['note.added', 'note.updated', 'note.imported'] satisfies LogEntry['type'][];

/** Whether an entry of the log tells of a note. */
export function isOfNote({ type }: { type: string }): boolean {
  return eventsOfNotes.includes(type);
}

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

/**
 * What changes of things that are not events of a conversation store. The type names the thing, whose id is the entry's
 * `nodeId`. Neither the subscription `events` nor webhooks deliver them.
 */
type NodeChangePayloads = {
  'contact.created': Record<string, never>;
  'contact.updated': Record<string, never>;
  /** `mergedInto`: the contact that takes its place. */
  'contact.deleted': { mergedInto?: string };
  'prospect.created': Record<string, never>;
  'prospect.updated': Record<string, never>;
  'prospect.deleted': Record<string, never>;
  'user.created': Record<string, never>;
  /** `role`: the role before and after, if it changed. */
  'user.updated': { role?: { from: UserRole; to: UserRole } };
  'bot.created': Record<string, never>;
  'bot.updated': Record<string, never>;
  'channel.created': Record<string, never>;
  'channel.updated': Record<string, never>;
  'channel.deleted': Record<string, never>;
  /** A participation was moved to the survivor of a merge. */
  'participant.updated': Record<string, never>;
  /** Something of a conversation changed that no event records, such as its last interaction. */
  'conversation.touched': Record<string, never>;
  /**
   * A conversation came from another system, or came again as it had become there. `changes`: what lists are found by, with
   * tags only as null, for people wrote them; empty for a new one.
   */
  'conversation.imported': { changes: FieldChange[] };
  'participant.imported': Record<string, never>;
  'message.imported': Record<string, never>;
  'note.imported': Record<string, never>;
};

type NodeChangeType = keyof NodeChangePayloads;

/** An event that has no position in the log yet. */
export type NewEvent = {
  [Type in EventType]: { type: Type; payload: EventPayloads[Type] };
}[EventType];

/** A change of something that has no position in the log yet. */
export type NewNodeChange = {
  [Type in NodeChangeType]: { type: Type; payload: NodeChangePayloads[Type] };
}[NodeChangeType];

type Row = Omit<Event, 'type' | 'payload' | 'conversationId' | 'nodeId'>;

/** An event of a conversation in the log; its type determines the type of its payload. */
export type LogEvent = Row & { conversationId: string; nodeId: null } & NewEvent;

/** A change in the log that is not an event of a conversation. */
type NodeChange = Row & { conversationId: string | null; nodeId: string } & NewNodeChange;

/** One row of the log. */
export type LogEntry = LogEvent | NodeChange;

/** Whether an entry of the log is an event of a conversation. */
export function isEvent(entry: LogEntry): entry is LogEvent {
  return entry.nodeId === null;
}

/**
 * A position in a workspace's log, with the id of the event there. The id shows that the log still has the same
 * history, as it may not after a restore from a backup. It is null at position 0.
 */
export type LogPosition = { position: number; eventId: string | null };

/**
 * How far an entry that changed several things was passed on: everything in it up to this part. Parts are in the order
 * of their text.
 */
export type LogPart = { position: number; part: string };
