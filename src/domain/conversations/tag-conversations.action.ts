import { isDeepStrictEqual } from 'node:util';
import type { Conversation } from '../../generated/prisma/client.js';
import { invalid } from '../../lib/errors.js';
import { input, optional, type Parsed, required } from '../../lib/input.js';
import { tags } from '../../lib/rules.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { ActionContext, Work } from '../../unit-of-work/transaction.js';
import { type BulkResult, bulk, bulkOutcome, conversationIds } from './bulk.js';
import { changeConversation } from './conversation.sql.js';

export const tagConversationsInput = input(
  'TagConversationsInput',
  'Conversations, and the tags to add and remove. At least one tag is required.',
  {
    conversationIds: required(conversationIds, 'The conversations.'),
    add: optional(tags, 'Tags to add. The limit also applies to the resulting list.'),
    remove: optional(tags, 'Tags to remove. Tags that a conversation does not have are ignored.'),
  },
  {
    check: ({ add = [], remove = [] }, refuse) => {
      if (add.length + remove.length === 0) refuse('add', 'Give tags to add or to remove.');
    },
  },
);

/** Adds tags to many conversations and removes others. A failure affects its conversation only. */
export async function tagConversations(
  context: ActionContext,
  { conversationIds, add = [], remove = [] }: Parsed<typeof tagConversationsInput>,
): Promise<BulkResult[]> {
  return transactOnce(context, bulkOutcome, (work) =>
    bulk(work, conversationIds, (row) =>
      retag(work, row, [...row.tags.filter((tag) => !remove.includes(tag)), ...add]),
    ),
  );
}

async function retag(work: Work, row: Conversation, wanted: string[]): Promise<Conversation> {
  const checked = tags.safeParse(wanted);
  if (!checked.success) throw invalid('tags', 'Must have at most 50 tags.');
  const next = checked.data;
  if (isDeepStrictEqual(next, row.tags)) return row;
  const changes = [{ field: 'tags', from: row.tags, to: next }];
  work.record(row, { type: 'conversation.updated', payload: { changes } });
  return changeConversation(work, row, { tags: next });
}
