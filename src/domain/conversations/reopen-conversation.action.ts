import type { Conversation } from '../../generated/prisma/client.js';
import { input, type Parsed } from '../../lib/input.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { changeConversation, lockConversation } from './conversation.sql.js';
import { assertActiveIsFree, assertVersion } from './conversation-conflicts.js';
import { conversationIdField, versionField } from './conversation-fields.js';
import { conversationOutcome } from './conversation-outcome.js';
import { changesOfReopening } from './reopening.js';
import { open } from './status-transitions.js';

export const reopenConversationInput = input('ReopenConversationInput', 'The conversation to open.', {
  ...conversationIdField,
  ...versionField,
});

/** Moves a conversation to OPEN: reopens a closed one, wakes a snoozed one, opens a pending one. */
export async function reopenConversation(
  context: ActionContext,
  { conversationId, expectedVersion }: Parsed<typeof reopenConversationInput>,
): Promise<Conversation> {
  return transactOnce(context, conversationOutcome, async (work) => {
    const row = await lockConversation(work, conversationId);
    assertVersion(row, expectedVersion);
    const { changes, event } = open(row, work.viewer.actor, work.now);
    if (row.status === 'CLOSED') await assertActiveIsFree(work, row);
    work.record(row, event);
    return changeConversation(work, row, { ...changes, ...(await changesOfReopening(work, row)) });
  });
}
