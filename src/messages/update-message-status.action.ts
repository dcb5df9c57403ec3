import { z } from 'zod';
import { lockConversation } from '../conversations/conversation.sql.js';
import { type ActionContext, transact, type Work } from '../db/transaction.js';
import { NotFoundError } from '../errors.js';
import type { Message } from '../generated/prisma/client.js';
import { encodeId } from '../graphql/ids.js';
import { id, parse, text } from '../validation.js';
import { findMessage } from './message.sql.js';
import { rises } from './status.js';

const updateMessageStatusInput = z
  .object({
    messageId: id('Message'),
    status: z.enum(['PENDING', 'SENT', 'DELIVERED', 'READ', 'FAILED']),
    errorMessage: text(1000).optional(),
  })
  .refine(({ status, errorMessage }) => errorMessage === undefined || status === 'FAILED', {
    path: ['errorMessage'],
    message: 'Goes with status FAILED only.',
  });

/** Raises a message's status; an equal or lower one changes nothing and logs nothing. */
export async function updateMessageStatus(context: ActionContext, input: unknown): Promise<Message> {
  const { messageId, status, errorMessage } = parse(updateMessageStatusInput, input);
  return transact(context, async (work) => {
    const unlocked = await findMessage(work, messageId);
    const conversation = await lockMessageParent(work, unlocked);
    const message = await findMessage(work, messageId);
    if (!rises(message.status, status)) return message;
    work.record(conversation, { type: 'message.updated', payload: { messageId } });
    return work.tx.message.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: messageId } },
      data: { status, errorMessage, updatedAt: work.now },
    });
  });
}

async function lockMessageParent(work: Work, { id: messageId, conversationId }: Message) {
  try {
    return await lockConversation(work, conversationId);
  } catch (error) {
    throw error instanceof NotFoundError ? new NotFoundError('message', encodeId('Message', messageId)) : error;
  }
}
