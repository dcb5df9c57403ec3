import type { NewEvent } from '../../event-log/log-event.js';
import type { Conversation } from '../../generated/prisma/client.js';
import type { ActorRef, SystemRef } from '../../lib/actor-ref.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { attachUploads } from '../uploads/upload.sql.js';
import { mentionedOnlyBy, mentionsInserted } from './mention.sql.js';
import { insertMessage, type NewMessage, type WrittenMessage } from './message.sql.js';
import { nextNoteSeq } from './note.sql.js';

type NoteEvent = Extract<NewEvent, { type: `note.${string}` }>;

/** Records an event of a note. The log does not keep whose conversation it is, so that no contact can find it there. */
export function recordNote(
  { record }: Pick<Work, 'record'>,
  { id, ownerId }: Pick<Conversation, 'id' | 'ownerId'>,
  event: NoteEvent,
  author?: ActorRef | SystemRef,
): void {
  record({ id, ownerId, contactId: null }, event, author);
}

/**
 * Adds a note to a locked conversation, even a closed one. It has no side effects: a contact sees most of what a public
 * message changes, such as who takes part, how far the team has read, and when something last happened.
 */
export async function appendNote(
  work: Work,
  conversation: Conversation,
  { uploads = [], mentionedUserIds, ...input }: NewMessage,
): Promise<WrittenMessage> {
  const { workspaceId } = work;
  const { id: conversationId, messageCount: seq, inboundCount: inboundSeq } = conversation;
  const id = input.id ?? work.newId();
  const mentioned = await mentionedOnlyBy(work, { id, conversationId }, mentionedUserIds);
  const mentions =
    mentionedUserIds.length > 0 ? [mentionsInserted(work, { id, conversationId }, mentionedUserIds)] : [];
  const noteSeq = nextNoteSeq(workspaceId, conversationId, seq);
  const message = insertMessage(work, conversation, { ...input, id, seq, noteSeq, inboundSeq }, mentions);
  await attachUploads(work, id, uploads);
  const event: NoteEvent = { type: 'note.added', payload: { messageId: id, seq, mentioned } };
  recordNote(work, conversation, event, input.author);
  return message;
}
