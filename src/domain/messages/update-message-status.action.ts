import type { Message } from '../../generated/prisma/client.js';
import type { MessageStatus } from '../../generated/prisma/enums.js';
import { input, optional, type Parsed, required } from '../../lib/input.js';
import { id, text } from '../../lib/rules.js';
import { type ActionContext, transact, type Work } from '../../unit-of-work/transaction.js';
import { changeMessage, lockMessage } from './message.sql.js';
import { status } from './message-fields.js';
import { furthest, rises } from './status.js';
import { copiesOf, type Receipt, raiseCopy } from './transport-status.sql.js';

export const updateMessageStatusInput = input(
  'UpdateMessageStatusInput',
  'The new transport status of a message.',
  {
    messageId: required(id('Message'), 'The message.'),
    status: required(status, 'An equal or lower status changes nothing.'),
    errorMessage: optional(text(1000), 'Why it FAILED.'),
    participantId: optional(
      id('Participant'),
      "Sets the status of this participant's copy; not the author's. Default: the message's own status.",
    ),
  },
  {
    check: ({ status, errorMessage }, refuse) => {
      if (errorMessage !== undefined && status !== 'FAILED') refuse('errorMessage', 'Only allowed with status FAILED.');
    },
  },
);

/**
 * Raises a message's status, or that of one participant's copy and the message's own with it; an equal or lower one
 * changes nothing and logs nothing.
 */
export async function updateMessageStatus(
  context: ActionContext,
  { messageId, participantId, status, errorMessage }: Parsed<typeof updateMessageStatusInput>,
): Promise<Message> {
  return transact(context, async (work) => {
    const { message, conversation } = await lockMessage(work, messageId);
    const receipt = { status, errorMessage: errorMessage ?? null };
    const reached = participantId ? await statusByCopies(work, message, participantId, receipt) : status;
    const changesOwn = reached !== null && rises(message.status, reached);
    if (reached === null || !(participantId || changesOwn)) return message;
    work.record(conversation, { type: 'message.updated', payload: { messageId, status: changesOwn ? reached : null } });
    return changeMessage(work, message, changesOwn ? { status: reached, errorMessage: errorMessage ?? null } : {});
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
