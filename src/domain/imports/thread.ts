import type { Conversation } from '../../generated/prisma/client.js';
import { type ActorRef, actorId, type SystemRef } from '../../lib/actor-ref.js';

/** What a conversation knows of its messages. */
export type Thread = Pick<
  Conversation,
  | 'messageCount'
  | 'inboundCount'
  | 'deletedInbound'
  | 'deletedOutbound'
  | 'firstMessageAt'
  | 'lastMessageAt'
  | 'teamReadSeq'
  | 'teamReadInbound'
  | 'teamReadDeleted'
>;

export const emptyThread: Thread = {
  messageCount: 0,
  inboundCount: 0,
  deletedInbound: 0,
  deletedOutbound: 0,
  firstMessageAt: null,
  lastMessageAt: null,
  teamReadSeq: 0,
  teamReadInbound: 0,
  teamReadDeleted: 0,
};

/** The columns of a conversation that are its thread. */
export function threadOf(row: Thread): Thread {
  const { messageCount, inboundCount, deletedInbound, deletedOutbound, firstMessageAt, lastMessageAt } = row;
  const { teamReadSeq, teamReadInbound, teamReadDeleted } = row;
  return {
    ...{ messageCount, inboundCount, deletedInbound, deletedOutbound, firstMessageAt, lastMessageAt },
    ...{ teamReadSeq, teamReadInbound, teamReadDeleted },
  };
}

/** What counts of a message for its place. */
type Placed = {
  author: ActorRef | SystemRef;
  inbound: boolean;
  internal: boolean;
  deleted: boolean;
  createdAt: Date;
};

/** How far somebody has read, and when. */
export type Reading = {
  actor: ActorRef;
  seq: number;
  inboundCount: number;
  deletedInbound: number;
  deletedOutbound: number;
  readAt: Date;
};

/** When somebody wrote the first and the last public message. */
export type Writing = { actor: ActorRef; firstAt: Date; lastAt: Date };

/** Up to when the contact, the team and its member to whom the conversation is assigned have read. */
export type Seen = { contact: ActorRef | null; contactAt: Date | null; assignee: ActorRef | null; teamAt: Date | null };

export type Appended<Message> = {
  thread: Thread;
  messages: (Message & { seq: number; noteSeq: number; inboundSeq: number })[];
  readings: Reading[];
  writings: Writing[];
};

/**
 * Adds messages to the end of a thread, in the order of their times. Whoever writes has read everything up to there. Notes
 * stand behind the public message before them, the first one as `noteSeq` + 1, and change nothing.
 */
export function append<Message extends Placed>(
  before: Thread,
  noteSeq: number,
  added: readonly Message[],
  { contact, contactAt, assignee, teamAt }: Seen,
): Appended<Message> {
  const thread = { ...before };
  const messages: Appended<Message>['messages'] = [];
  const readings = new Map<string, Reading>();
  const writings = new Map<string, Writing>();
  let notes = noteSeq;

  function reads(actor: ActorRef, readAt: Date): void {
    const { messageCount: seq, inboundCount, deletedInbound, deletedOutbound } = thread;
    readings.set(actorId(actor), { actor, seq, inboundCount, deletedInbound, deletedOutbound, readAt });
  }
  function teamReads(): void {
    thread.teamReadSeq = thread.messageCount;
    thread.teamReadInbound = thread.inboundCount;
    thread.teamReadDeleted = thread.deletedInbound;
  }

  for (const message of [...added].sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())) {
    const { author, createdAt: at } = message;
    if (message.internal) {
      notes += 1;
      messages.push({ ...message, seq: thread.messageCount, noteSeq: notes, inboundSeq: thread.inboundCount });
      continue;
    }
    notes = 0;
    thread.messageCount += 1;
    if (message.inbound) thread.inboundCount += 1;
    if (message.deleted && message.inbound) thread.deletedInbound += 1;
    if (message.deleted && !message.inbound) thread.deletedOutbound += 1;
    thread.firstMessageAt = earlier(thread.firstMessageAt, at);
    thread.lastMessageAt = later(thread.lastMessageAt, at);
    messages.push({ ...message, seq: thread.messageCount, noteSeq: 0, inboundSeq: thread.inboundCount });
    if (author.type !== 'SYSTEM') {
      const known = writings.get(actorId(author));
      writings.set(actorId(author), { actor: author, firstAt: known?.firstAt ?? at, lastAt: at });
      reads(author, at);
    }
    if (contact && contactAt && at <= contactAt) reads(contact, contactAt);
    if (assignee && teamAt && at <= teamAt) reads(assignee, teamAt);
    if ((author.type !== 'SYSTEM' && author.type !== 'CONTACT') || (teamAt && at <= teamAt)) teamReads();
  }
  return { thread, messages, readings: [...readings.values()], writings: [...writings.values()] };
}

const earlier = (one: Date | null, other: Date) => (one && one < other ? one : other);
const later = (one: Date | null, other: Date) => (one && one > other ? one : other);
