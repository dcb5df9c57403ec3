import { beforeAll, expect, it } from 'vitest';
import { visibleTo } from '../../../src/domain/conversations/visibility.sql.js';
import { conversationMatches } from '../../../src/domain/search/search.sql.js';
import { searchTerms } from '../../../src/domain/search/search-text.js';
import { matchingMessages } from '../../../src/graphql/messages/message-filter.js';
import { decodeId } from '../../../src/lib/ids.js';
import { generate } from '../../../src/seed/generate.js';
import { sessionOfTransaction } from '../../../src/seed/sql-session.js';
import { useParley } from '../../support/fixtures.js';
import { viewerAs } from '../../support/viewer.js';

const parley = useParley();
let workspaceId: string;
beforeAll(async () => {
  workspaceId = decodeId('Workspace', (await parley.newWorkspace()).id) ?? '';
  const dataSet = { conversations: 1500, messages: 8, seed: 7, users: 5, bots: 2, channels: 5, now: new Date() };
  await parley.database.prisma.$transaction((tx) => generate([sessionOfTransaction(tx)], workspaceId, dataSet), {
    timeout: 60_000,
  });
  await parley.database.prisma.$executeRaw`ANALYZE "Message", "Conversation", "Contact", "Participant"`;
}, 90_000);

const key = () => viewerAs('API_KEY', workspaceId, workspaceId);

// One word: the planner takes a word's beginning to be frequent, and only two of them together to be rare.
const terms = searchTerms('Blankenship');

it('a conversation search uses only indexes, without reading every message or conversation', async () => {
  if (!terms) throw new Error('The text has words.');
  const viewer = key();
  const plan = await parley.database.prisma.$queryRaw<{ 'QUERY PLAN': string }[]>`
    EXPLAIN SELECT c.* FROM "Conversation" c
    WHERE ${visibleTo(viewer)} AND c.status <> 'CLOSED' AND ${conversationMatches(viewer, terms)}
    ORDER BY c."updatedAt" DESC, c.id DESC LIMIT 21`;
  const text = plan.map((line) => line['QUERY PLAN']).join('\n');
  expect(text).toContain('Message_words_idx');
  expect(text).toContain('Conversation_subject_words_idx');
  expect(text).toContain('Contact_words_idx');
  expect(text).not.toMatch(/Seq Scan on "(Message|Conversation)"/);
});

it("an agent's list uses indexes, without reading the participants of others", async () => {
  const viewer = viewerAs('AGENT', workspaceId, workspaceId);
  const plan = await parley.database.prisma.$queryRaw<{ 'QUERY PLAN': string }[]>`
    EXPLAIN SELECT c.* FROM "Conversation" c
    WHERE ${visibleTo(viewer)} AND c.status <> 'CLOSED' ORDER BY c."updatedAt" DESC, c.id DESC LIMIT 21`;
  const text = plan.map((line) => line['QUERY PLAN']).join('\n');
  expect(text).toContain('Conversation_workspaceId_updatedAt_id_idx');
  expect(text).toMatch(/Participant_present_idx.*\n *Index Cond: .*"workspaceId" = .*"actorId" = /);
});

it('a message search uses the word index, even if only the newest page is requested', async () => {
  if (!terms) throw new Error('The text has words.');
  const plan = await parley.database.prisma.$queryRaw<{ 'QUERY PLAN': string }[]>`
    EXPLAIN SELECT m.* FROM ${matchingMessages({ search: terms }, key())}
    ORDER BY m."createdAt" DESC, m.id DESC LIMIT 21`;
  const text = plan.map((line) => line['QUERY PLAN']).join('\n');
  expect(text).toContain('Message_words_idx');
  expect(text).not.toMatch(/Seq Scan on "Message"|Message_workspaceId_createdAt_id_idx/);
});

it.each(['channelId', 'authorId'] as const)(
  'the newest messages of one %s are found and sorted by an index',
  async (name) => {
    const [said] = await parley.database.prisma.$queryRaw<{ channelId: string; authorId: string }[]>`
      SELECT "channelId", "authorId" FROM "Message"
      WHERE "workspaceId" = ${workspaceId}::uuid AND "channelId" IS NOT NULL AND "authorType" = 'USER' LIMIT 1`;
    if (!said) throw new Error('No user has written to a channel.');
    const authorId = { type: 'USER' as const, id: said.authorId };
    const filter = name === 'channelId' ? { channelId: said.channelId } : { authorId };
    const plan = await parley.database.prisma.$queryRaw<{ 'QUERY PLAN': string }[]>`
      EXPLAIN SELECT m.* FROM ${matchingMessages(filter, key())} ORDER BY m."createdAt" DESC, m.id DESC LIMIT 21`;
    const text = plan.map((line) => line['QUERY PLAN']).join('\n');
    expect(text).toContain(`Message_workspaceId_${name}_createdAt_id_idx`);
    expect(text).not.toContain('Sort');
  },
);

it("a contact's messages are found by the same index, including those of merged contacts", async () => {
  const [said] = await parley.database.prisma.$queryRaw<{ authorId: string }[]>`
    SELECT "authorId" FROM "Message" WHERE "workspaceId" = ${workspaceId}::uuid AND "authorType" = 'CONTACT' LIMIT 1`;
  if (!said) throw new Error('No contact has written.');
  const filter = { authorId: { type: 'CONTACT' as const, id: said.authorId } };
  const plan = await parley.database.prisma.$queryRaw<{ 'QUERY PLAN': string }[]>`
    EXPLAIN SELECT m.* FROM ${matchingMessages(filter, key())} ORDER BY m."createdAt" DESC, m.id DESC LIMIT 21`;
  const text = plan.map((line) => line['QUERY PLAN']).join('\n');
  expect(text).toContain('Message_workspaceId_authorId_createdAt_id_idx');
  expect(text).not.toContain('Seq Scan on "Message"');
});

it("a contact's search reads nothing but its own rows", async () => {
  if (!terms) throw new Error('The text has words.');
  const [contact] = await parley.database.prisma.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Contact" WHERE "workspaceId" = ${workspaceId}::uuid AND "deletedAt" IS NULL LIMIT 1`;
  if (!contact) throw new Error('There is no contact.');
  const viewer = viewerAs('CONTACT', workspaceId, contact.id);
  const plans = [
    await parley.database.prisma.$queryRaw<{ 'QUERY PLAN': string }[]>`
      EXPLAIN SELECT c.* FROM "Conversation" c WHERE ${visibleTo(viewer)} AND ${conversationMatches(viewer, terms)}
      ORDER BY c."updatedAt" DESC, c.id DESC LIMIT 21`,
    await parley.database.prisma.$queryRaw<{ 'QUERY PLAN': string }[]>`
      EXPLAIN SELECT m.* FROM ${matchingMessages({ search: terms }, viewer)}
      JOIN "Conversation" c ON c."workspaceId" = m."workspaceId" AND c.id = m."conversationId"
      WHERE ${visibleTo(viewer)} ORDER BY m."createdAt" DESC, m.id DESC LIMIT 21`,
    await parley.database.prisma.$queryRaw<{ 'QUERY PLAN': string }[]>`
      EXPLAIN SELECT m.* FROM ${matchingMessages({ contentType: 'image' }, viewer)}
      JOIN "Conversation" c ON c."workspaceId" = m."workspaceId" AND c.id = m."conversationId"
      WHERE ${visibleTo(viewer)} ORDER BY m."createdAt" DESC, m.id DESC LIMIT 21`,
  ];
  for (const plan of plans) {
    const text = plan.map((line) => line['QUERY PLAN']).join('\n');
    expect(text).toContain(contact.id);
    expect(text).not.toMatch(/_(words|similar|phone|name)\w*_idx|Seq Scan on "(Message|Conversation|Contact)"/);
    expect(text).not.toContain('Message_workspaceId_createdAt_id_idx');
  }
});
