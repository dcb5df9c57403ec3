import { z } from 'zod';
import type { Conversation } from '../../generated/prisma/client.js';
import { actorRef, expectedVersion, id, parse, text } from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { requireActors } from '../actors/require-actors.js';
import { assign } from './assign.js';
import { lockConversation } from './conversation.sql.js';
import { assertVersion } from './expected-version.js';
import { assertActive } from './lifecycle.js';

/** Who should answer; null takes the assignee off. */
export const newAssignee = z.union(
  [z.null(), actorRef('USER', 'BOT')],
  'Must be given: the id of a user or bot, or null to take the assignee off.',
);

const assignConversationInput = z.object({
  conversationId: id('Conversation'),
  assigneeId: newAssignee,
  note: text(1000).optional(),
  expectedVersion: expectedVersion.optional(),
});

/** Assigns a conversation to a user or bot, or takes the assignee off. */
export async function assignConversation(context: ActionContext, input: unknown): Promise<Conversation> {
  const { conversationId, assigneeId, note, expectedVersion: expected } = parse(assignConversationInput, input);
  return transact(context, async (work) => {
    const row = await lockConversation(work, conversationId);
    assertVersion(row, expected);
    assertActive(row.status, 'assigned');
    if (assigneeId) await requireActors(work, [assigneeId]);
    return assign(work, row, assigneeId, note);
  });
}
