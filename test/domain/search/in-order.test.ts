import { beforeAll, expect, it } from 'vitest';
import type { CallerKind } from '../../../src/auth/permissions.js';
import type { Viewer } from '../../../src/auth/viewer.js';
import { keysetSql, type Ordering, type PageRequest, positionOf } from '../../../src/db/keyset.js';
import type { Read } from '../../../src/db/read.js';
import { visibleTo } from '../../../src/domain/conversations/visibility.sql.js';
import { type Frequency, frequencyOf } from '../../../src/domain/search/frequency.sql.js';
import { searchInOrder } from '../../../src/domain/search/search-in-order.js';
import { searchTerms } from '../../../src/domain/search/search-text.js';
import { type Conversation, type Message, Prisma } from '../../../src/generated/prisma/client.js';
import {
  type ConversationFilter,
  conversationConditions,
} from '../../../src/graphql/conversations/conversation-filter.js';
import { conversationOrdering, type OrderField } from '../../../src/graphql/conversations/conversation-order.js';
import { findInOrder as findConversations } from '../../../src/graphql/conversations/conversation-search.js';
import { type MessageFilter, matchingMessages } from '../../../src/graphql/messages/message-filter.js';
import { findInOrder as findMessages } from '../../../src/graphql/messages/message-search.js';
import { decodeId } from '../../../src/lib/ids.js';
import { generate } from '../../../src/seed/generate.js';
import { sessionOfTransaction } from '../../../src/seed/sql-session.js';
import { useParley } from '../../support/fixtures.js';
import { type Random, seededRandom } from '../../support/seeded-random.js';
import { viewerAs } from '../../support/viewer.js';

const CASES = 80;
const WORDS = ['order', 'Orders', 'refund', 'café', "l'ordre", 'заказ', '退款到账', 'straße', 'rare'];
const SEARCHES = [
  'order',
  'ord',
  'refund order',
  'cafe',
  'lordre',
  'ЗАКАЗ',
  '退款',
  '款到账',
  'strasse',
  'rare',
  'anna',
  'x',
];

const parley = useParley();
let workspaceId: string;
beforeAll(async () => {
  const { prisma } = parley.database;
  workspaceId = decodeId('Workspace', (await parley.newWorkspace()).id) ?? '';
  // Fewer messages than a sample reads, so that reading in order can reach all of them.
  const dataSet = { conversations: 120, messages: 6, seed: 3, users: 3, bots: 2, channels: 3, now: new Date() };
  await prisma.$transaction((tx) => generate([sessionOfTransaction(tx)], workspaceId, dataSet), { timeout: 60_000 });
  const random = seededRandom(11);
  const texts = Array.from({ length: 97 }, () => [pick(random, WORDS), pick(random, WORDS)].join(' '));
  await prisma.$executeRaw`
    UPDATE "Message" SET text = (${texts}::text[])[1 + abs(hashtext(id::text)) % 97]
    WHERE "workspaceId" = ${workspaceId}::uuid AND text IS NOT NULL AND abs(hashtext(id::text)) % 3 = 0`;
  await prisma.$executeRaw`
    UPDATE "Conversation" SET subject = (${texts}::text[])[1 + abs(hashtext(id::text)) % 97]
    WHERE "workspaceId" = ${workspaceId}::uuid AND abs(hashtext(id::text)) % 5 = 0`;
}, 90_000);

function pick<Value>(random: Random, values: readonly Value[]): Value {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error('There is nothing to pick from.');
  return value;
}

/** So frequent that little is read, and so rare that everything is. */
const frequencies: Frequency[] = [
  { messages: 1e9, share: 1 },
  { messages: 1e9, share: 0.3 },
  { messages: 1e9, share: 0.001 },
];

const read: Read = (strings, ...values) => parley.database.read(strings, ...values);

/** A key, or an agent or bot of the seeded team. */
async function someViewer(random: Random): Promise<Viewer> {
  const kind = pick(random, ['API_KEY', 'AGENT', 'BOT'] satisfies CallerKind[]);
  if (kind === 'API_KEY') return viewerAs(kind, workspaceId, workspaceId);
  const actors = await read<{ id: string }>`
    SELECT id FROM "Actor" WHERE "workspaceId" = ${workspaceId}::uuid AND type = ${kind === 'BOT' ? 'BOT' : 'USER'}::"ActorType"
    ORDER BY id`;
  return viewerAs(kind, workspaceId, pick(random, actors).id);
}

/** A page at the beginning of a list, or somewhere in it, in either direction. */
function somePage<Row>(random: Random, ordering: Ordering<Row>, rows: Row[]): PageRequest {
  const limit = 1 + Math.floor(random() * 4);
  const page = { limit, backward: random() < 0.3, after: null, before: null, offset: 0 };
  const place = random();
  if (place < 0.4 || rows.length === 0) return place < 0.1 ? { ...page, backward: false, offset: 2 } : page;
  const position = positionOf(ordering, pick(random, rows));
  return page.backward ? { ...page, before: position } : { ...page, after: position };
}

/** How many pages of each kind were compared: those that were read in order, and those that were left to the index. */
type Compared = { inOrder: number; byIndex: number };

function expectSame(found: { id: string }[] | null, expected: { id: string }[], compared: Compared): void {
  if (found) expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
  compared[found ? 'inOrder' : 'byIndex'] += 1;
}

const filled = (found: unknown[] | null, expected: unknown[], { limit }: PageRequest, { share }: Frequency) =>
  // With the lowest frequency all is read: then a full page must be found.
  share > 0.01 || expected.length <= limit || found !== null;

it('a page of conversations is the same in order and by the index', { timeout: 120_000 }, async () => {
  const random = seededRandom(42);
  const compared = { inOrder: 0, byIndex: 0 };
  const all =
    await read<Conversation>`SELECT * FROM "Conversation" WHERE "workspaceId" = ${workspaceId}::uuid ORDER BY id`;
  for (let count = 0; count < CASES; count += 1) {
    const viewer = await someViewer(random);
    const search = searchTerms(pick(random, SEARCHES)) ?? undefined;
    const { channelId, contactId, createdAt } = pick(random, all);
    const filter: ConversationFilter = {
      search,
      ...pick<ConversationFilter>(random, [
        {},
        {},
        {},
        { status: ['CLOSED'] },
        { status: ['OPEN', 'CLOSED'], priority: ['NORMAL'] },
        { unassigned: false, channelId: channelId ?? undefined },
        { contactId: contactId ?? undefined },
        { createdAt: { gte: createdAt, lt: undefined } },
        { tags: ['nobody has this'] },
      ]),
    };
    const field = pick<OrderField>(random, ['UPDATED_AT', 'CREATED_AT', 'LAST_MESSAGE_AT', 'PRIORITY']);
    const ordering = conversationOrdering(field, pick(random, ['ASC', 'DESC']));
    const page = somePage(random, ordering, all);
    const keyset = keysetSql(ordering, page);
    const frequency = pick(random, frequencies);
    const found = (await findConversations(read, viewer, filter, field, async () => frequency)?.(keyset, page)) ?? null;
    const expected = await read<Conversation>`
      SELECT c.* FROM "Conversation" c WHERE ${visibleTo(viewer)} AND ${conversationConditions(filter, viewer)}
        AND ${keyset.where} ${keyset.orderAndLimit}`;
    expectSame(found, expected, compared);
    expect(filled(found, expected, page, frequency)).toBe(true);
  }
  expect(compared.inOrder).toBeGreaterThan(CASES / 4);
  expect(compared.byIndex).toBeGreaterThan(CASES / 10);
});

it('a page of messages is the same in order and by the index', { timeout: 120_000 }, async () => {
  const random = seededRandom(43);
  const compared = { inOrder: 0, byIndex: 0 };
  const all = await read<Message>`SELECT * FROM "Message" WHERE "workspaceId" = ${workspaceId}::uuid ORDER BY id`;
  for (let count = 0; count < CASES; count += 1) {
    const viewer = await someViewer(random);
    const search = searchTerms(pick(random, SEARCHES)) ?? undefined;
    const { conversationId, channelId, authorId, createdAt } = pick(random, all);
    const filter: MessageFilter = {
      search,
      ...pick<MessageFilter>(random, [
        {},
        {},
        {},
        { conversationId },
        { channelId: channelId ?? undefined, direction: 'OUTBOUND' },
        { authorId: { type: 'CONTACT', id: authorId ?? conversationId } },
        { createdAt: { gte: undefined, lt: createdAt } },
        { contentType: 'image' },
      ]),
    };
    const descending = random() < 0.5;
    const ordering: Ordering<Message> = {
      name: 'messages',
      column: Prisma.sql`m."createdAt"`,
      type: 'timestamptz',
      descending,
      value: (row) => row.createdAt.toISOString(),
      tiebreak: { column: Prisma.sql`m.id`, id: ({ id }) => id },
    };
    const page = somePage(random, ordering, all);
    const keyset = keysetSql(ordering, page);
    const frequency = pick(random, frequencies);
    const found = (await findMessages(read, viewer, filter, async () => frequency)?.(keyset, page)) ?? null;
    const expected = await read<Message>`
      SELECT m.* FROM ${matchingMessages(filter, viewer)}
      JOIN "Conversation" c ON c."workspaceId" = m."workspaceId" AND c.id = m."conversationId"
      WHERE ${visibleTo(viewer)} AND ${keyset.where} ${keyset.orderAndLimit}`;
    expectSame(found, expected, compared);
    expect(filled(found, expected, page, frequency)).toBe(true);
  }
  expect(compared.inOrder).toBeGreaterThan(CASES / 4);
  expect(compared.byIndex).toBeGreaterThan(CASES / 10);
});

it("a contact's search is never read in order", () => {
  const viewer = viewerAs('CONTACT', workspaceId, workspaceId);
  const search = searchTerms('order') ?? undefined;
  expect(findConversations(read, viewer, { search }, 'UPDATED_AT')).toBeUndefined();
  expect(findMessages(read, viewer, { search })).toBeUndefined();
});

it('words are as frequent as ANALYZE counted them, the rarest and each beginning of a word taken together', async () => {
  await parley.database.prisma.$executeRaw`ANALYZE "Message"`;
  const of = async (text: string) => {
    const terms = searchTerms(text);
    return terms ? (await frequencyOf(read, terms)).share : null;
  };
  const order = (await of('order')) ?? 0;
  expect(order).toBeGreaterThan(0);
  expect(await of('ORDER rare')).toBeLessThanOrEqual(order);
  expect(await of('ord')).toBeGreaterThanOrEqual(order);
  expect(await of('order qzxwv')).toBe(0);
});

it.each([
  ['looks rare words up without reading anything', { share: 0.0001, messages: 100_000 }, []],
  ['looks frequent words up where there are few messages', { share: 0.1, messages: 3_000 }, []],
  ['reads some times as much as a page of frequent words takes on average', { share: 0.1, messages: 1e6 }, [1600]],
  ['samples before it reads much, and stops if nothing is found', { share: 0.01, messages: 1e7 }, [1000]],
] as const)('%s', async (_name, frequency, expected) => {
  const budgets: number[] = [];
  const read = async (messages: number) => {
    budgets.push(messages);
    return [];
  };
  expect(await searchInOrder({ frequency, read, limit: 10, offset: 0, filtered: false })).toBeNull();
  expect(budgets).toEqual(expected);
});
