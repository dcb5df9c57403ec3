import { eraseConversations } from '../../erasure/deliveries.sql.js';
import { blankEvents } from '../../erasure/events.sql.js';
import { encodeId } from '../../lib/ids.js';
import { input, type Parsed } from '../../lib/input.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { releaseUploadsOfConversation } from '../uploads/upload.sql.js';
import { lockConversation } from './conversation.sql.js';
import { conversationIdField } from './conversation-fields.js';

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
  return transact(context, async (work) => {
    const row = await lockConversation(work, conversationId);
    const ofConversation = { where: { workspaceId: work.workspaceId, conversationId } };
    await work.tx.messageTransportStatus.deleteMany({
      where: { workspaceId: work.workspaceId, message: { conversationId } },
    });
    await releaseUploadsOfConversation(work, conversationId);
    const messages = await work.tx.message.deleteMany(ofConversation);
    await work.tx.participant.deleteMany(ofConversation);
    await work.tx.readPosition.deleteMany(ofConversation);
    await work.tx.transfer.deleteMany(ofConversation);
    await work.tx.prospectLink.deleteMany(ofConversation);
    await work.tx.conversation.deleteMany({ where: { workspaceId: work.workspaceId, id: conversationId } });
    await eraseConversations(work, [conversationId]);
    await blankEvents(work, conversationId);
    work.record(row, { type: 'conversation.deleted', payload: {} });
    return {
      deletedConversationId: encodeId('Conversation', conversationId),
      deletedMessageCount: messages.count,
    };
  });
}
