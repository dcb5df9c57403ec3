import type { LogEntry } from '../../event-log/log-event.js';

/** What can change, as far as clients synchronize it. */
export type Noun = 'Conversation' | 'Message' | 'Participant' | 'Contact' | 'Prospect' | 'User' | 'Bot' | 'Channel';

/**
 * What an entry changes, in the order in which it is passed on: the conversation; what the entry itself is about, such as
 * a message; the participation of whoever acted; conversations that the viewer sees differently since.
 */
export const slot = { conversation: 0, node: 1, actor: 2, sight: 3 } as const;

/** One thing that an entry of the log changed. */
export type Touch = {
  position: number;
  eventId: string;
  type: LogEntry['type'];
  slot: (typeof slot)[keyof typeof slot];
  /** The id of the thing. */
  id: string;
  /** The conversation that it belongs to, if any. */
  conversationId: string | null;
  /** Whether a later touch, of the slot `sight`, tells what became of it if the viewer still has to do with it. */
  deferred?: boolean;
};

const nouns: Readonly<Record<string, Noun>> = {
  conversation: 'Conversation',
  message: 'Message',
  note: 'Message',
  participant: 'Participant',
  prospect: 'Prospect',
  contact: 'Contact',
  user: 'User',
  bot: 'Bot',
  channel: 'Channel',
};

/** What kind of thing was touched. */
export function nounOf(touch: Pick<Touch, 'slot' | 'type'>): Noun {
  switch (touch.slot) {
    case slot.conversation:
    case slot.sight:
      return 'Conversation';
    case slot.actor:
      return 'Participant';
    case slot.node:
      return nouns[touch.type.split('.')[0] ?? ''] ?? 'Conversation';
  }
}

/** The part of its entry that a touch is, for cursors: the order of these texts is the order of the touches. */
export function partOf(touch: Touch): string {
  return touch.slot === slot.sight ? `${touch.slot}:${touch.id}` : String(touch.slot);
}

/** Events that move the read position of whoever acts, or the time of its last message. */
export const movesActor = ['message.added', 'conversation.read'] as const;

/** The id of what an entry is about, besides its conversation. */
function nodeOf({ nodeId, payload }: LogEntry): string | null {
  if (nodeId) return nodeId;
  if ('messageId' in payload) return payload.messageId;
  if ('participantId' in payload) return payload.participantId;
  return 'prospectId' in payload ? payload.prospectId : null;
}

/** What an entry changes, except for the participation of whoever acted, which only the database knows. */
export function touchedBy(entry: LogEntry): Touch[] {
  const { id: eventId, type, conversationId } = entry;
  const touch = { position: Number(entry.position), eventId, type, conversationId };
  const node = nodeOf(entry);
  return [
    ...(conversationId ? [{ ...touch, slot: slot.conversation, id: conversationId }] : []),
    ...(node && node !== conversationId ? [{ ...touch, slot: slot.node, id: node }] : []),
  ];
}

/** The last touch of each thing, in their order. */
export function lastOfEach(touches: readonly Touch[]): Touch[] {
  const last = new Map<string, Touch>();
  for (const touch of touches) {
    // So that the place of the thing is that of its last touch.
    last.delete(touch.id);
    last.set(touch.id, touch);
  }
  return [...last.values()];
}
