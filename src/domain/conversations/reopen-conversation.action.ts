import { z } from 'zod';
import type { Conversation } from '../../generated/prisma/client.js';
import { expectedVersion, id, parse } from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { assertActiveIsFree } from './active-conversation-conflict.js';
import { changeConversation, lockConversation } from './conversation.sql.js';
import { assertVersion } from './expected-version.js';
import { changesOfReopening } from './reopening.js';
import { open } from './status-transitions.js';

const reopenConversationInput = z.object({
  conversationId: id('Conversation'),
  expectedVersion: expectedVersion.optional(),
});

/** Moves a conversation to OPEN: reopens a closed one, wakes a snoozed one, ends the waiting of a pending one. */
export async function reopenConversation(context: ActionContext, input: unknown): Promise<Conversation> {
  const { conversationId, expectedVersion: expected } = parse(reopenConversationInput, input);
  return transact(context, async (work) => {
    const row = await lockConversation(work, conversationId);
    assertVersion(row, expected);
    const { changes, event } = open(row, work.viewer.actor, work.now);
    if (row.status === 'CLOSED') await assertActiveIsFree(work, row);
    work.record(row, event);
    return changeConversation(work, row, { ...changes, ...(await changesOfReopening(work, row)) });
  });
}
