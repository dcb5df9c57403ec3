import { z } from 'zod';
import { eraseConversations } from '../../erasure/deliveries.sql.js';
import { blankEvents } from '../../erasure/events.sql.js';
import { encodeId } from '../../lib/ids.js';
import { id, parse } from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { releaseUploadsOfConversation } from '../uploads/upload.sql.js';
import { lockConversation } from './conversation.sql.js';

const deleteConversationInput = z.object({ conversationId: id('Conversation') });

export type DeletedConversation = { deletedConversationId: string; deletedMessageCount: number };

/** Deletes a conversation with all that belongs to it. Its contact and prospects stay. */
export async function deleteConversation(context: ActionContext, input: unknown): Promise<DeletedConversation> {
  const { conversationId } = parse(deleteConversationInput, input);
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
