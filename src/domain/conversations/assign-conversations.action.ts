import { input, type Parsed, required } from '../../lib/input.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { requireActors } from '../actors/actor.sql.js';
import { assign } from './assign.js';
import { assignmentFields } from './assign-conversation.action.js';
import { type BulkResult, bulk, bulkOutcome, conversationIds } from './bulk.js';
import { assertActive } from './status-transitions.js';

export const assignConversationsInput = input(
  'AssignConversationsInput',
  'Conversations and the assignee they all get.',
  { conversationIds: required(conversationIds, 'The conversations.'), ...assignmentFields },
);

/** Assigns many conversations to one user or bot, or unassigns them. A failure affects its conversation only. */
export async function assignConversations(
  context: ActionContext,
  { conversationIds, assigneeId, note }: Parsed<typeof assignConversationsInput>,
): Promise<BulkResult[]> {
  return transactOnce(context, bulkOutcome, async (work) => {
    if (assigneeId) await requireActors(work, [assigneeId]);
    return bulk(work, conversationIds, async (row) => {
      assertActive(row, 'assigned');
      return assign(work, row, assigneeId, note);
    });
  });
}
