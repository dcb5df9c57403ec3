import { z } from 'zod';
import { parse, text } from '../../lib/validation.js';
import { type ActionContext, transact, type Work } from '../../unit-of-work/transaction.js';
import { type BulkResult, bulk, conversationIds } from './bulk.js';
import { type ClientKeyInput, clientKey } from './client-key.js';
import { findTriple } from './client-key.sql.js';
import { closeLocked } from './close-conversation.action.js';
import { lockActiveOf } from './conversation.sql.js';
import { resolution } from './conversation-fields.js';

const closeConversationsInput = z
  .object({
    client: clientKey.optional(),
    conversationIds: conversationIds.optional(),
    resolution: resolution.optional(),
    reason: text(1000).optional(),
  })
  .refine(({ client, conversationIds }) => (client === undefined) !== (conversationIds === undefined), {
    path: ['conversationIds'],
    message: 'Give exactly one of client and conversationIds.',
  });

/** Closes many conversations, each by itself: one that cannot be closed does not hold up the others. */
export async function closeConversations(context: ActionContext, input: unknown): Promise<BulkResult[]> {
  const { client, conversationIds, ...details } = parse(closeConversationsInput, input);
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
