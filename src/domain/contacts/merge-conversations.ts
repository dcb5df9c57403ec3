import { groupBy } from '../../lib/collections.js';
import { ConflictError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import type { SystemWork } from '../../unit-of-work/transaction.js';
import { closeLocked } from '../conversations/close-conversation.action.js';
import { type MergedConversation, moveConversations, moveParticipants } from './merge-contacts.sql.js';

type Merge = { from: string[]; to: string; closeDuplicates: boolean };

/**
 * Moves locked conversations of contacts to another contact. If the survivor would have two active conversations on a channel that allows one, throws ConflictError, or with
 * `closeDuplicates` closes all but the one with the latest interaction as SWITCHED.
 */
export async function mergeConversations(
  work: SystemWork,
  conversations: MergedConversation[],
  { from, to, closeDuplicates }: Merge,
): Promise<void> {
  const own = conversations.filter(({ contactId }) => contactId !== null && [to, ...from].includes(contactId));
  const moved = own.filter(({ contactId }) => contactId !== to);
  assertExternalIdsDiffer(own);
  const duplicates = olderDuplicates(own);
  if (duplicates.length > 0 && !closeDuplicates) {
    throw new ConflictError(
      'The contacts have several active conversations on a channel that allows one. Close all but one, or pass closeDuplicates: true.',
    );
  }
  const ids = conversations.map(({ id }) => id);
  const participations = await moveParticipants(work, ids, from, to);
  const ended = groupBy(participations.ended, ({ conversationId }) => conversationId);
  const passedOn = groupBy(participations.moved, ({ conversationId }) => conversationId);
  for (const conversation of conversations) {
    const subject = moved.includes(conversation) ? { ...conversation, contactId: to } : conversation;
    for (const { id } of ended.get(conversation.id) ?? []) {
      work.record(subject, { type: 'participant.left', payload: { participantId: id } });
    }
    for (const { id } of passedOn.get(conversation.id) ?? []) {
      work.recordChange(id, { type: 'participant.updated', payload: {} }, subject);
    }
  }
  for (const { id } of duplicates) await closeAsSwitched(work, id, to);
  await moveConversations(
    work,
    moved.map(({ id }) => id),
    from,
    to,
  );
  for (const conversation of moved) {
    const changes = [{ field: 'contact', from: publicId(conversation.contactId), to: publicId(to) }];
    work.record({ ...conversation, contactId: to }, { type: 'conversation.updated', payload: { changes } });
  }
}

function publicId(contactId: string | null): string | null {
  return contactId && encodeId('Contact', contactId);
}

/** The new events name the contact the conversation moves to, because its earlier events will name it too. */
async function closeAsSwitched(work: SystemWork, id: string, contactId: string): Promise<void> {
  const row = await work.tx.conversation.findUniqueOrThrow({
    where: { workspaceId_id: { workspaceId: work.workspaceId, id } },
  });
  await closeLocked(work, { ...row, contactId }, { resolution: 'SWITCHED', reason: 'Contacts merged' });
}

/** Of the active conversations on each channel that allows one, returns all but the one with the latest interaction. */
function olderDuplicates(conversations: MergedConversation[]): MergedConversation[] {
  const exclusive = conversations.filter((row) => row.exclusive && row.channelId && row.status !== 'CLOSED');
  return [...groupBy(exclusive, ({ channelId }) => channelId ?? '').values()].flatMap((rows) =>
    rows.sort(byLastInteraction).slice(0, -1),
  );
}

function byLastInteraction(a: MergedConversation, b: MergedConversation): number {
  return a.lastInteractionAt.getTime() - b.lastInteractionAt.getTime() || (a.id < b.id ? -1 : 1);
}

/**
 * Throws ConflictError if two conversations would get the same client key and externalId. An externalId is unique within
 * its client key, and the contacts' keys become one.
 */
function assertExternalIdsDiffer(conversations: MergedConversation[]): void {
  const keyed = conversations.filter(({ clientBotId, externalId }) => clientBotId && externalId !== null);
  const groups = groupBy(keyed, ({ clientBotId, channelId, externalId }) =>
    JSON.stringify([clientBotId, channelId, externalId]),
  );
  if ([...groups.values()].some((rows) => rows.length > 1)) {
    throw new ConflictError(
      'The contacts have conversations with the same bot, channel and externalId. Delete all but one of them first.',
    );
  }
}
