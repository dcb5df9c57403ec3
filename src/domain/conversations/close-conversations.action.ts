import { input, nested, optional, type Parsed } from '../../lib/input.js';
import { text } from '../../lib/rules.js';
import { type ActionContext, transact, type Work } from '../../unit-of-work/transaction.js';
import { type BulkResult, bulk, conversationIds } from './bulk.js';
import { type ClientKeyInput, clientKey } from './client-key.js';
import { findTriple } from './client-key.sql.js';
import { closeLocked } from './close-conversation.action.js';
import { lockActiveOf } from './conversation.sql.js';
import { resolution } from './conversation-fields.js';

export const closeConversationsInput = input(
  'CloseConversationsInput',
  'The conversations to close. Exactly one of client and conversationIds is required.',
  {
    client: optional(nested(clientKey), 'Closes all active conversations created with this client key.'),
    conversationIds: optional(conversationIds, 'The conversations.'),
    resolution: optional(resolution, 'How they ended.'),
    reason: optional(text(1000), 'Why they are closed.'),
  },
  {
    check: ({ client, conversationIds }, refuse) => {
      if ((client === undefined) === (conversationIds === undefined)) {
        refuse('conversationIds', 'Give exactly one of client and conversationIds.');
      }
    },
  },
);

/** Closes many conversations, each by itself: one that cannot be closed does not hold up the others. */
export async function closeConversations(
  context: ActionContext,
  { client, conversationIds, ...details }: Parsed<typeof closeConversationsInput>,
): Promise<BulkResult[]> {
  return transact(context, async (work) => {
    const ids = client ? await activeOf(work, client) : (conversationIds ?? []);
    return bulk(work, ids, (row) => closeLocked(work, row, details));
  });
}

async function activeOf(work: Work, client: ClientKeyInput): Promise<string[]> {
  const triple = await findTriple(work.tx, work.workspaceId, client);
  const rows = triple ? await lockActiveOf(work, triple) : [];
  return rows.map(({ id }) => id);
}
