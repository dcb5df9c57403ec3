import { z } from 'zod';
import type { Conversation } from '../../generated/prisma/client.js';
import { invalid } from '../../lib/errors.js';
import { expectedVersion, id, parse } from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { changeConversation, lockConversation } from './conversation.sql.js';
import { assertVersion } from './expected-version.js';
import { snooze } from './status-transitions.js';

const snoozeConversationInput = z.object({
  conversationId: id('Conversation'),
  until: z.date(),
  expectedVersion: expectedVersion.optional(),
});

/** Puts a conversation off until a time; the time that it already has changes nothing. */
export async function snoozeConversation(context: ActionContext, input: unknown): Promise<Conversation> {
  const { conversationId, until, expectedVersion: expected } = parse(snoozeConversationInput, input);
  return transact(context, async (work) => {
    if (until <= work.now) throw invalid('until', 'Must be later than now.');
    const row = await lockConversation(work, conversationId);
    assertVersion(row, expected);
    const { changes, event } = snooze(row, until);
    if (row.snoozedUntil?.getTime() === until.getTime()) return row;
    work.record(row, event);
    return changeConversation(work, row, changes);
  });
}
