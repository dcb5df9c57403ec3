import { expect, it } from 'vitest';
import { contactMatches, conversationMatches, prospectMatches } from '../../../src/domain/search/search.sql.js';
import { searchTerms } from '../../../src/domain/search/search-text.js';
import { Prisma } from '../../../src/generated/prisma/client.js';
import { matchingMessages } from '../../../src/graphql/messages/message-filter.js';
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

/** How many pages a search reads that finds one row. */
async function pagesRead(search: Prisma.Sql): Promise<number> {
  const [row] = await parley.database.prisma.$queryRaw<{ 'QUERY PLAN': [Explained] }[]>`
    EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${search}`;
  const plan = row?.['QUERY PLAN'][0].Plan;
  expect(plan?.['Actual Rows']).toBe(1);
  return (plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0);
}

type Explained = { Plan: Record<'Actual Rows' | 'Shared Hit Blocks' | 'Shared Read Blocks', number> };

it('a search costs as much as what it finds, however much else there is', { timeout: 120_000 }, async () => {
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
  const readBy = async () => {
    const pages: Record<string, number> = {};
    for (const [name, search] of Object.entries(searches)) pages[name] = await pagesRead(search);
    return pages;
  };
  await grow(workspaceId, 500, 1);
  const before = await readBy();
  await grow(workspaceId, 3_000, 2);
  const after = await readBy();
  for (const [name, pages] of Object.entries(after)) expect(pages, name).toBeLessThan(2 * (before[name] ?? 0));
});
