import { encodeId } from '../../lib/ids.js';
import { input, type Parsed } from '../../lib/input.js';
import { transactOnce } from '../../unit-of-work/once.js';
import { plainOutcome } from '../../unit-of-work/outcome.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { lockConversation } from './conversation.sql.js';
import { conversationIdField } from './conversation-fields.js';
import { deleteLocked } from './delete-locked.js';

export const deleteConversationInput = input(
  'DeleteConversationInput',
  'The conversation to delete.',
  conversationIdField,
);

export type DeletedConversation = { deletedConversationId: string; deletedMessageCount: number };

/** Deletes a conversation and everything that belongs to it. Its contact and its prospects stay. */
export async function deleteConversation(
  context: ActionContext,
  { conversationId }: Parsed<typeof deleteConversationInput>,
): Promise<DeletedConversation> {
  return transactOnce(context, plainOutcome(), async (work) => {
    const deletedMessageCount = await deleteLocked(work, await lockConversation(work, conversationId));
    return { deletedConversationId: encodeId('Conversation', conversationId), deletedMessageCount };
  });
}
