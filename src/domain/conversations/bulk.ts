import type { Conversation } from '../../generated/prisma/client.js';
import { DomainError, NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { listRule } from '../../lib/input.js';
import { id, list } from '../../lib/rules.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { lockConversations } from './conversation.sql.js';

const MAX_IDS = 100;

/** Ids of many conversations, parsed without duplicates. */
export const conversationIds = listRule(
  id('Conversation'),
  list(id('Conversation'), MAX_IDS, 'ids').transform((ids) => [...new Set(ids)]),
  `At most ${MAX_IDS}.`,
);

/** What became of one of many: the conversation as it is now, or why not. */
export type BulkResult = { id: string; conversation: Conversation | null; error: DomainError | null };

/** Does something to each of many conversations, locked in ascending order; a refusal does not hold up the others. */
export async function bulk(
  work: Work,
  ids: string[],
  change: (conversation: Conversation) => Promise<Conversation>,
): Promise<BulkResult[]> {
  const rows = await lockConversations(work, ids);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const results: BulkResult[] = [];
  for (const id of ids) results.push(await changeOne(id, byId.get(id), change));
  return results;
}

async function changeOne(
  uuid: string,
  row: Conversation | undefined,
  change: (conversation: Conversation) => Promise<Conversation>,
): Promise<BulkResult> {
  const id = encodeId('Conversation', uuid);
  if (!row) return { id, conversation: null, error: new NotFoundError('conversation', id) };
  try {
    return { id, conversation: await change(row), error: null };
  } catch (error) {
    if (error instanceof DomainError) return { id, conversation: row, error };
    throw error;
  }
}
