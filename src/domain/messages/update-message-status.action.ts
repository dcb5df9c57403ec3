import { z } from 'zod';
import type { Message } from '../../generated/prisma/client.js';
import type { MessageStatus } from '../../generated/prisma/enums.js';
import { id, parse, text } from '../../lib/validation.js';
import { type ActionContext, transact, type Work } from '../../unit-of-work/transaction.js';
import { changeMessage, lockMessage } from './message.sql.js';
import { status } from './message-fields.js';
import { furthest, rises } from './status.js';
import { copiesOf, type Receipt, raiseCopy } from './transport-status.sql.js';

const updateMessageStatusInput = z
  .object({
    messageId: id('Message'),
    status,
    errorMessage: text(1000).optional(),
    participantId: id('Participant').optional(),
  })
  .refine(({ status, errorMessage }) => errorMessage === undefined || status === 'FAILED', {
    path: ['errorMessage'],
    message: 'Goes with status FAILED only.',
  });

/**
 * Raises a message's status, or that of one participant's copy and the message's own with it; an equal or lower one
 * changes nothing and logs nothing.
 */
export async function updateMessageStatus(context: ActionContext, input: unknown): Promise<Message> {
  const { messageId, participantId, status, errorMessage = null } = parse(updateMessageStatusInput, input);
  return transact(context, async (work) => {
    const { message, conversation } = await lockMessage(work, messageId);
    const receipt = { status, errorMessage };
    const reached = participantId ? await statusByCopies(work, message, participantId, receipt) : status;
    const changesOwn = reached !== null && rises(message.status, reached);
    if (reached === null || !(participantId || changesOwn)) return message;
    work.record(conversation, { type: 'message.updated', payload: { messageId, status: changesOwn ? reached : null } });
    return changeMessage(work, message, changesOwn ? { status: reached, errorMessage } : {});
  });
}

/** Raises one copy's status. Answers how far the message has come by all its copies, or null where this one did not rise. */
async function statusByCopies(
  work: Work,
  message: Message,
  participantId: string,
  receipt: Receipt,
): Promise<MessageStatus | null> {
  const rose = await raiseCopy(work, message, participantId, receipt);
  return rose ? furthest(await copiesOf(work, message)) : null;
}
