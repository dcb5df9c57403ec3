import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Conversation } from '../../generated/prisma/client.js';
import { parse, tags } from '../../lib/validation.js';
import { type ActionContext, transact, type Work } from '../../unit-of-work/transaction.js';
import { type BulkResult, bulk, conversationIds } from './bulk.js';
import { changeConversation } from './conversation.sql.js';

const tagConversationsInput = z
  .object({ conversationIds, add: tags.optional(), remove: tags.optional() })
  .refine(({ add = [], remove = [] }) => add.length + remove.length > 0, {
    path: ['add'],
    message: 'Give tags to add or to remove.',
  });

/** Adds tags to many conversations and removes others; each by itself. */
export async function tagConversations(context: ActionContext, input: unknown): Promise<BulkResult[]> {
  const { conversationIds, add = [], remove = [] } = parse(tagConversationsInput, input);
  return transact(context, (work) =>
    bulk(work, conversationIds, (row) =>
      retag(work, row, [...row.tags.filter((tag) => !remove.includes(tag)), ...add]),
    ),
  );
}

async function retag(work: Work, row: Conversation, wanted: string[]): Promise<Conversation> {
  const next = parse(z.object({ tags }), { tags: wanted }).tags;
  if (isDeepStrictEqual(next, row.tags)) return row;
  const changes = [{ field: 'tags', from: row.tags, to: next }];
  work.record(row, { type: 'conversation.updated', payload: { changes } });
  return changeConversation(work, row, { tags: next });
}
