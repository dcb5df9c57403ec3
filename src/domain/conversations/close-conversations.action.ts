import { readIn } from '../../db/read.js';
import { input, nested, optional, type Parsed } from '../../lib/input.js';
import { text } from '../../lib/rules.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { ActionContext, Work } from '../../unit-of-work/transaction.js';
import { type BulkResult, bulk, bulkOutcome, conversationIds } from './bulk.js';
import { findClientKey } from './client-key.sql.js';
import { closeLocked } from './close-conversation.action.js';
import { lockActiveOf } from './conversation.sql.js';
import { type ClientKey, clientKey, resolution } from './conversation-fields.js';

export const closeConversationsInput = input(
  'CloseConversationsInput',
  'The conversations to close. Exactly one of client and conversationIds is required.',
  {
    client: optional(nested(clientKey), 'Closes all active conversations created with this client key.'),
    conversationIds: optional(conversationIds, 'The conversations.'),
    resolution: optional(resolution, 'How they ended.'),
    reason: optional(text(1000), 'Why they were closed.'),
  },
  {
    check: ({ client, conversationIds }, refuse) => {
      if ((client === undefined) === (conversationIds === undefined)) {
        refuse('conversationIds', 'Give exactly one of client and conversationIds.');
      }
    },
  },
);

/** Closes many conversations. A failure affects its conversation only. */
export async function closeConversations(
  context: ActionContext,
  { client, conversationIds, ...details }: Parsed<typeof closeConversationsInput>,
): Promise<BulkResult[]> {
  return transactOnce(context, bulkOutcome, async (work) => {
    const ids = client ? await activeOf(work, client) : (conversationIds ?? []);
    return bulk(work, ids, (row) => closeLocked(work, row, details));
  });
}

async function activeOf(work: Work, client: ClientKey): Promise<string[]> {
  const rows = await findClientKey(readIn(work.tx), work.workspaceId, client);
  const active = rows ? await lockActiveOf(work, rows) : [];
  return active.map(({ id }) => id);
}
