import type { Conversation } from '../../generated/prisma/client.js';
import { invalid } from '../../lib/errors.js';
import { input, type Parsed, required } from '../../lib/input.js';
import { time } from '../../lib/rules.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { changeConversation, lockConversation } from './conversation.sql.js';
import { assertVersion } from './conversation-conflicts.js';
import { conversationIdField, versionField } from './conversation-fields.js';
import { conversationOutcome } from './conversation-outcome.js';
import { snooze } from './status-transitions.js';

export const snoozeConversationInput = input('SnoozeConversationInput', 'The conversation to snooze.', {
  ...conversationIdField,
  until: required(time, 'When it wakes. Must be in the future.'),
  ...versionField,
});

/** Snoozes a conversation until a time. The time it is already snoozed until changes nothing. */
export async function snoozeConversation(
  context: ActionContext,
  { conversationId, until, expectedVersion }: Parsed<typeof snoozeConversationInput>,
): Promise<Conversation> {
  return transactOnce(context, conversationOutcome, async (work) => {
    if (until <= work.now) throw invalid('until', 'Must be later than now.');
    const row = await lockConversation(work, conversationId);
    assertVersion(row, expectedVersion);
    const { changes, event } = snooze(row, until);
    if (row.snoozedUntil?.getTime() === until.getTime()) return row;
    work.record(row, event);
    return changeConversation(work, row, changes);
  });
}
