import { type KeptFailure, keepFailure, reviveFailure } from '../../unit-of-work/kept-failure.js';
import type { Outcome } from '../../unit-of-work/outcome.js';
import './conversation-outcome.js';
import type { Conversation } from '../../generated/prisma/client.js';
import { DomainError, NotFoundError } from '../../lib/errors.js';
import { decodeId, encodeId } from '../../lib/ids.js';
import { listRule } from '../../lib/input.js';
import { id, list } from '../../lib/rules.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { lockConversations } from './conversation.sql.js';

const MAX_IDS = 100;

/** The ids of many conversations; duplicates are removed. */
export const conversationIds = listRule(
  id('Conversation'),
  list(id('Conversation'), MAX_IDS, 'ids').transform((ids) => [...new Set(ids)]),
  `At most ${MAX_IDS}.`,
);

/** What a bulk action did to one conversation: the row afterwards, or why it was not changed. */
export type BulkResult = { id: string; conversation: Conversation | null; error: DomainError | null };

type KeptResult = { id: string; error: KeptFailure | null };

/** The outcome of a bulk action: why conversations were not changed, and the others as they are now. */
export const bulkOutcome: Outcome<BulkResult[], KeptResult[]> = {
  keep: (results) => results.map(({ id, error }) => ({ id, error: error && keepFailure(error) })),
  resume: async (work, kept) => {
    const rows = await lockConversations(
      work,
      kept.map(({ id }) => decodeId('Conversation', id) ?? id),
    );
    const byId = new Map(rows.map((row) => [encodeId('Conversation', row.id), row]));
    return Promise.all(
      kept.map(async ({ id, error }) => {
        const conversation = byId.get(id) ?? null;
        if (error) return { id, conversation, error: await reviveFailure(work, error) };
        return { id, conversation, error: conversation ? null : new NotFoundError('conversation', id) };
      }),
    );
  },
};

/** Changes many conversations, locked in ascending order of ids. A DomainError affects its conversation only. */
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
