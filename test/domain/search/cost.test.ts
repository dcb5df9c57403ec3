import { expect, it } from 'vitest';
import { keysetSql } from '../../../src/db/keyset.js';
import type { Read } from '../../../src/db/read.js';
import { contactMatches, conversationMatches, prospectMatches } from '../../../src/domain/search/search.sql.js';
import { searchTerms } from '../../../src/domain/search/search-text.js';
import { Prisma } from '../../../src/generated/prisma/client.js';
import { conversationOrdering } from '../../../src/graphql/conversations/conversation-order.js';
import { findInOrder as findConversations } from '../../../src/graphql/conversations/conversation-search.js';
import { matchingMessages } from '../../../src/graphql/messages/message-filter.js';
import { findInOrder as findMessages } from '../../../src/graphql/messages/message-search.js';
import { decodeId } from '../../../src/lib/ids.js';
import { generate } from '../../../src/seed/generate.js';
import { sessionOfTransaction } from '../../../src/seed/sql-session.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { makeContact, makeContactConversation, makeProspect } from '../../support/make.js';
import { useScratchDatabase } from '../../support/scratch-database.js';
import { viewerAs } from '../../support/viewer.js';

const parley = useParley({ databaseUrl: useScratchDatabase().url });
const workspace = useWorkspace(parley);

const WORD = 'Quokka';

/** Makes so many conversations more, with messages, contacts and prospects, none of which has the word. */
async function grow(workspaceId: string, conversations: number, seed: number): Promise<void> {
  const { prisma } = parley.database;
  const dataSet = { conversations, messages: 4, seed, users: 5, bots: 2, channels: 5, now: new Date() };
  await prisma.$transaction((tx) => generate([sessionOfTransaction(tx)], workspaceId, dataSet), { timeout: 60_000 });
  await prisma.$executeRaw`
    INSERT INTO "Prospect" ("workspaceId", id, name, status, "externalReferences", properties, "createdAt", "updatedAt")
    SELECT ${workspaceId}::uuid, gen_random_uuid(), 'Prospect ' || n, 'NEW', '[]', '{}', now(), now()
    FROM generate_series(1, ${conversations}::int) n`;
  // What was just written waits in a list of its own, which every search reads until a vacuum empties it.
  await prisma.$executeRaw`VACUUM ANALYZE`;
}

/** How many pages a search reads, which finds so many rows. */
async function pagesRead(search: Prisma.Sql, rows = 1): Promise<number> {
  const [row] = await parley.database.prisma.$queryRaw<{ 'QUERY PLAN': [Explained] }[]>`
    EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${search}`;
  const plan = row?.['QUERY PLAN'][0].Plan;
  expect(plan?.['Actual Rows']).toBe(rows);
  return (plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0);
}

type Explained = { Plan: Record<'Actual Rows' | 'Shared Hit Blocks' | 'Shared Read Blocks', number> };

it('a search costs as much as what it finds or, for frequent words, as what it shows', {
  timeout: 120_000,
}, async () => {
  const workspaceId = decodeId('Workspace', workspace.id) ?? '';
  const terms = searchTerms(WORD);
  if (!terms) throw new Error('The text is a word.');
  const contact = await makeContact(workspace, `${WORD} Friend`);
  await makeContactConversation(workspace, { contactId: contact.id, message: { text: `A ${WORD} at last` } });
  await makeProspect(workspace, { name: `${WORD} Hunter` });
  const viewer = viewerAs('API_KEY', workspaceId, workspaceId);
  const { sql } = Prisma;
  const inWorkspace = sql`"workspaceId" = ${workspaceId}::uuid`;
  const newest = sql`ORDER BY r."updatedAt" DESC, r.id DESC LIMIT 21`;
  const searches = {
    conversations: sql`SELECT c.* FROM "Conversation" c WHERE c.${inWorkspace}
      AND ${conversationMatches(viewer, terms)} ORDER BY c."updatedAt" DESC, c.id DESC LIMIT 21`,
    messages: sql`SELECT m.* FROM ${matchingMessages({ search: terms }, viewer)} ORDER BY m."createdAt" LIMIT 21`,
    contacts: sql`SELECT r.* FROM "Contact" r WHERE r.${inWorkspace} AND ${contactMatches(workspaceId, terms)} ${newest}`,
    prospects: sql`SELECT r.* FROM "Prospect" r WHERE r.${inWorkspace} AND ${prospectMatches(workspaceId, terms)} ${newest}`,
  };
  // A word that many messages have, from the texts of the seed.
  const frequent = { search: searchTerms('order') ?? undefined };
  const page = { limit: 5, backward: false, after: null, before: null, offset: 0 };
  const byTime = {
    ...conversationOrdering('CREATED_AT'),
    column: sql`m."createdAt"`,
    tiebreak: { column: sql`m.id`, id: ({ id }: { id: string }) => id },
  };
  const readInOrder = async () => {
    let pages = 0;
    const read: Read = async (strings, ...values) => {
      pages += await pagesRead(sql(strings, ...values), page.limit + 1);
      return [];
    };
    const frequency = async () => ({ messages: 1e9, share: 0.06 });
    const byUpdate = conversationOrdering();
    await findConversations(read, viewer, frequent, 'UPDATED_AT', frequency)?.(keysetSql(byUpdate, page), page);
    const conversations = pages;
    await findMessages(read, viewer, frequent, frequency)?.(keysetSql(byTime, page), page);
    return { conversationsInOrder: conversations, messagesInOrder: pages - conversations };
  };
  const readBy = async () => {
    const pages: Record<string, number> = await readInOrder();
    for (const [name, search] of Object.entries(searches)) pages[name] = await pagesRead(search);
    return pages;
  };
  await grow(workspaceId, 500, 1);
  const before = await readBy();
  await grow(workspaceId, 3_000, 2);
  const after = await readBy();
  for (const [name, pages] of Object.entries(after)) expect(pages, name).toBeLessThan(2 * (before[name] ?? 0));
});
