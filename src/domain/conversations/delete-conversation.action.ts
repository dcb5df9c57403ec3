import { eraseConversations } from '../../erasure/deliveries.sql.js';
import { blankEvents } from '../../erasure/events.sql.js';
import type { Conversation } from '../../generated/prisma/client.js';
import { encodeId } from '../../lib/ids.js';
import { input, type Parsed } from '../../lib/input.js';
import { transactOnce } from '../../unit-of-work/once.js';
import { plainOutcome } from '../../unit-of-work/outcome.js';
import type { ActionContext, Work } from '../../unit-of-work/transaction.js';
import { participantActors } from '../participants/participant.sql.js';
import { releaseUploadsOfConversation } from '../uploads/upload.sql.js';
import { deleteConversationRows, lockConversation } from './conversation.sql.js';
import { conversationIdField } from './conversation-fields.js';

export const deleteConversationInput = input(
  'DeleteConversationInput',
  'The conversation to delete.',
  conversationIdField,
);

export type DeletedConversation = { deletedConversationId: string; deletedMessageCount: number };

/** Those who see a conversation with an owner, besides the owner: whoever is in it, and its bot. */
async function seers(work: Work, { id, botId }: Conversation): Promise<string[]> {
  return [...new Set([...(await participantActors(work, id)), ...(botId ? [botId] : [])])];
}

/** Deletes a conversation and everything that belongs to it. Its contact and its prospects stay. */
export async function deleteConversation(
  context: ActionContext,
  { conversationId }: Parsed<typeof deleteConversationInput>,
): Promise<DeletedConversation> {
  return transactOnce(context, plainOutcome(), async (work) => {
    const row = await lockConversation(work, conversationId);
    const seenBy = row.ownerId === null ? {} : { seenBy: await seers(work, row) };
    await releaseUploadsOfConversation(work, conversationId);
    const deletedMessageCount = await deleteConversationRows(work, conversationId);
    await eraseConversations(work, [conversationId]);
    await blankEvents(work, conversationId);
    work.record(row, { type: 'conversation.deleted', payload: seenBy });
    return { deletedConversationId: encodeId('Conversation', conversationId), deletedMessageCount };
  });
}
