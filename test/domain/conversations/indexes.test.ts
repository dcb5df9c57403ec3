import { beforeAll, expect, it } from 'vitest';
import { keysetSql } from '../../../src/db/keyset.js';
import { visibleTo } from '../../../src/domain/conversations/visibility.sql.js';
import { Prisma } from '../../../src/generated/prisma/client.js';
import {
  type ConversationFilter,
  conversationConditions,
} from '../../../src/graphql/conversations/conversation-filter.js';
import { conversationOrdering, type OrderField } from '../../../src/graphql/conversations/conversation-order.js';
import { decodeId } from '../../../src/lib/ids.js';
import { generate } from '../../../src/seed/generate.js';
import { sessionOfTransaction } from '../../../src/seed/sql-session.js';
import { useParley } from '../../support/fixtures.js';
import { viewerAs } from '../../support/viewer.js';

const parley = useParley();
let workspaceId: string;
beforeAll(async () => {
  workspaceId = decodeId('Workspace', (await parley.newWorkspace()).id) ?? '';
  const dataSet = { conversations: 1000, messages: 2, seed: 5, users: 5, bots: 2, channels: 5, now: new Date() };
  const { prisma } = parley.database;
  await prisma.$transaction((tx) => generate([sessionOfTransaction(tx)], workspaceId, dataSet), { timeout: 60_000 });
  await prisma.$executeRaw`ANALYZE "Conversation", "Message"`;
}, 90_000);

/** The plan of a statement in a table that is too large to be read from end to end or, unless it must be, to be sorted. */
async function planOf(statement: Prisma.Sql, isSorted = false): Promise<string> {
  return parley.database.prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SET LOCAL enable_seqscan = off`;
    if (!isSorted) await tx.$executeRaw`SET LOCAL enable_sort = off`;
    const lines = await tx.$queryRaw<{ 'QUERY PLAN': string }[]>`EXPLAIN ${statement}`;
    return lines.map((line) => line['QUERY PLAN']).join('\n');
  });
}

const id = '01a22700-0000-7000-8000-000000000000';

/** Why each index of a conversation, all of which are written with every message, is there. */
const lists: [index: string, filter: ConversationFilter, order: OrderField][] = [
  ['Conversation_workspaceId_updatedAt_id_idx', {}, 'UPDATED_AT'],
  ['Conversation_workspaceId_createdAt_id_idx', {}, 'CREATED_AT'],
  ['Conversation_workspaceId_lastMessageOrCreatedAt_id_idx', {}, 'LAST_MESSAGE_AT'],
  ['Conversation_workspaceId_priority_id_idx', {}, 'PRIORITY'],
  ['Conversation_workspaceId_status_updatedAt_id_idx', { status: ['SNOOZED'] }, 'UPDATED_AT'],
  ['Conversation_workspaceId_channelId_updatedAt_id_idx', { channelId: id }, 'UPDATED_AT'],
  ['Conversation_workspaceId_contactId_updatedAt_id_idx', { contactId: id }, 'UPDATED_AT'],
  ['Conversation_botId_idx', { botId: id }, 'UPDATED_AT'],
  ['Conversation_ownerId_idx', { ownerId: id }, 'UPDATED_AT'],
  ['Conversation_assigneeUserId_idx', { assigneeId: { type: 'USER', id } }, 'UPDATED_AT'],
  ['Conversation_assigneeBotId_idx', { assigneeId: { type: 'BOT', id } }, 'UPDATED_AT'],
  ['Conversation_tags_idx', { tags: ['nobody has this'] }, 'UPDATED_AT'],
];

it.each(lists)('%s finds the conversations of %j by %s', async (index, filter, field) => {
  const viewer = viewerAs('API_KEY', workspaceId, workspaceId);
  const page = { limit: 20, backward: false, after: null, before: null, offset: 0 };
  const { orderAndLimit } = keysetSql(conversationOrdering(field), page);
  // Tags have no order: what has them is sorted.
  const isSorted = index === 'Conversation_tags_idx';
  const plan = await planOf(
    Prisma.sql`SELECT c.* FROM "Conversation" c
      WHERE ${visibleTo(viewer)} AND ${conversationConditions(filter, viewer)} ${orderAndLimit}`,
    isSorted,
  );
  expect(plan).toContain(index);
  if (!isSorted) expect(plan).not.toContain('Sort');
});

const { sql } = Prisma;
const others: [index: string, what: string, statement: () => Prisma.Sql][] = [
  [
    'Conversation_externalId_key',
    'the conversation with an externalId',
    () => sql`SELECT * FROM "Conversation" c WHERE ${visibleTo(viewerAs('API_KEY', workspaceId, workspaceId))}
      AND c."externalId" = 'case' AND c."clientBotId" IS NULL`,
  ],
  [
    'Message_replyToId_idx',
    'the answers to a message, for its foreign key',
    () => sql`SELECT 1 FROM "Message" m
      WHERE m."workspaceId" = ${workspaceId}::uuid AND m."replyToId" = ${id}::uuid FOR KEY SHARE OF m`,
  ],
];

it.each(others)('%s finds %s', async (index, _what, statement) => {
  expect(await planOf(statement())).toContain(index);
});

/** Those that keep something unique, that timers use, and that a search uses. */
const needed = [
  'Conversation_pkey',
  'Conversation_active_key',
  'Conversation_externalId_client_key',
  'Conversation_snoozedUntil_idx',
  'Conversation_expiresAt_idx',
  'Conversation_subject_words_idx',
];

it('has no index on conversations but these', async () => {
  const rows = await parley.database.prisma.$queryRaw<{ indexname: string }[]>`
    SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND tablename = 'Conversation'`;
  const used = [...lists.map(([index]) => index), 'Conversation_externalId_key', ...needed];
  expect(rows.map(({ indexname }) => indexname).sort()).toEqual(used.sort());
});
