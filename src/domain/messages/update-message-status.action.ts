import type { Message } from '../../generated/prisma/client.js';
import type { MessageStatus } from '../../generated/prisma/enums.js';
import { invalid } from '../../lib/errors.js';
import { input, optional, type Parsed, required } from '../../lib/input.js';
import { id, text } from '../../lib/rules.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { ActionContext, Work } from '../../unit-of-work/transaction.js';
import { changeMessage, lockMessage, type MessageInConversation } from './message.sql.js';
import { status } from './message-fields.js';
import { messageOutcome } from './message-outcome.js';
import { advances, combinedStatus } from './message-status.js';
import { advanceCopy, type StatusReport, statusesOfCopies } from './transport-status.sql.js';

export const updateMessageStatusInput = input(
  'UpdateMessageStatusInput',
  'The new transport status of a message.',
  {
    messageId: required(id('Message'), 'The message, which must not be INTERNAL.'),
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
 * Advances the status of a message, or that of one participant's copy, by which the message's own status may advance,
 * too. A status that does not advance anything changes nothing and records no event.
 */
export async function updateMessageStatus(
  context: ActionContext,
  { messageId, participantId, status, errorMessage }: Parsed<typeof updateMessageStatusInput>,
): Promise<MessageInConversation> {
  return transactOnce(context, messageOutcome, async (work) => {
    const { message, conversation } = await lockMessage(work, messageId);
    if (message.visibility === 'INTERNAL') throw invalid('messageId', 'Must not be INTERNAL: nobody delivers a note.');
    const report = { status, errorMessage: errorMessage ?? null };
    const reached = participantId ? await statusByCopies(work, message, participantId, report) : status;
    const advancesMessage = reached !== null && advances(message.status, reached);
    if (reached === null || !(participantId || advancesMessage)) return { message, conversation };
    const newStatus = advancesMessage ? reached : null;
    work.record(conversation, { type: 'message.updated', payload: { messageId, status: newStatus } });
    const changes = advancesMessage ? { ...report, status: reached } : {};
    return { message: await changeMessage(work, message, changes), conversation };
  });
}

/** Advances the status of one copy. Returns the status of the message by all copies, or null if this one did not change. */
async function statusByCopies(
  work: Work,
  message: Message,
  participantId: string,
  report: StatusReport,
): Promise<MessageStatus | null> {
  const changed = await advanceCopy(work, message, participantId, report);
  return changed ? combinedStatus(await statusesOfCopies(work, message)) : null;
}
