import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  ConversationsDocument,
  type ConversationsQueryVariables,
  SendMessageDocument,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { ask, succeed } from '../../support/act.js';
import { readConversation } from '../../support/conversations.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { makeChannel, makeContact, makeConversation } from '../../support/make.js';

const fields = ['CREATED_AT', 'UPDATED_AT', 'LAST_MESSAGE_AT', 'PRIORITY'] as const;
const directions = ['ASC', 'DESC'] as const;
const orders = fields.flatMap((field) => directions.map((direction) => ({ field, direction })));
const priorities = ['LOW', 'NORMAL', 'HIGH', 'URGENT'] as const;

const word = `w${randomUUID().slice(0, 8)}`;
let filter: ConversationsQueryVariables['filter'];
/** What fits the filter, with what it is sorted by. */
let found: { id: string; by: Record<(typeof fields)[number], string | number> }[];

const workspace = useWorkspace(useParley());
beforeAll(async () => {
  const channelId = (await makeChannel(workspace, { allowMany: true })).id;
  filter = { search: word, channelId, status: ['OPEN', 'PENDING'], tags: ['vip'] };
  const make = async (index: number, other: { channelId?: string; subject?: string; tags?: string[] } = {}) => {
    const priority = priorities[(index * 3) % 4] ?? 'LOW';
    const contactId = (await makeContact(workspace)).id;
    const fitting = { channelId, contactId, priority, subject: `${word} ${index}`, tags: ['vip', `${index}`] };
    return (await makeConversation(workspace, { ...fitting, ...other })).id;
  };
  const ids: string[] = [];
  for (let index = 0; index < 7; index += 1) ids.push(await make(index));
  // Each of these misses one of the filters.
  await make(7, { channelId: (await makeChannel(workspace)).id });
  await make(8, { subject: 'Another word' });
  await make(9, { tags: ['9'] });
  await succeed(workspace, CloseConversationDocument, { conversationId: await make(10) });
  for (const [index, conversationId] of ids.entries()) {
    if (index % 3 === 0) await succeed(workspace, UpdateConversationDocument, { conversationId, status: 'PENDING' });
  }
  for (const [index, conversationId] of ids.toReversed().entries()) {
    if (index % 2 === 0) await succeed(workspace, SendMessageDocument, { conversationId, text: 'Hello' });
  }
  const rows = await Promise.all(ids.map((id) => readConversation(workspace, id)));
  found = rows.map(({ id, createdAt, updatedAt, lastMessageAt, priority }) => ({
    id,
    by: {
      CREATED_AT: createdAt,
      UPDATED_AT: updatedAt,
      LAST_MESSAGE_AT: lastMessageAt ?? createdAt,
      PRIORITY: priorities.indexOf(priority),
    },
  }));
});

function sorted({ field, direction }: (typeof orders)[number]): string[] {
  const isBefore = (a: (typeof found)[number], b: (typeof found)[number]) =>
    a.by[field] === b.by[field] ? a.id < b.id : a.by[field] < b.by[field];
  const rows = found.toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
  return (direction === 'ASC' ? rows : rows.reverse()).map(({ id }) => id);
}

it.each(orders)(
  'a search with other filters pages through everything that matches all of them, by $field $direction',
  async (orderBy) => {
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page: ConversationsQueryVariables = { filter, orderBy, first: 3, after };
      const conversations = await ask(workspace, ConversationsDocument, page);
      expect(conversations.totalCount).toBe(7);
      seen.push(...conversations.edges.map(({ node }) => node.id));
      after = conversations.pageInfo.endCursor;
      more = conversations.pageInfo.hasNextPage;
    }
    expect(seen).toEqual(sorted(orderBy));
    expect(seen).toHaveLength(7);
  },
);
