import { z } from 'zod';
import { parse, text } from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { requireActors } from '../actors/require-actors.js';
import { assign } from './assign.js';
import { newAssignee } from './assign-conversation.action.js';
import { type BulkResult, bulk, conversationIds } from './bulk.js';
import { assertActive } from './lifecycle.js';

const assignConversationsInput = z.object({
  conversationIds,
  assigneeId: newAssignee,
  note: text(1000).optional(),
});

/** Assigns many conversations to one user or bot, or takes their assignees off; each by itself. */
export async function assignConversations(context: ActionContext, input: unknown): Promise<BulkResult[]> {
  const { conversationIds, assigneeId, note } = parse(assignConversationsInput, input);
  return transact(context, async (work) => {
    if (assigneeId) await requireActors(work, [assigneeId]);
    return bulk(work, conversationIds, async (row) => {
      assertActive(row.status, 'assigned');
      return assign(work, row, assigneeId, note);
    });
  });
}
