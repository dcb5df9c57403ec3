import { beforeAll, describe, expect, it, vi } from 'vitest';
import {
  ContactsDocument,
  type ConversationOrder,
  ConversationsDocument,
  DeactivateUserDocument,
  ReactivateUserDocument,
  SnoozeConversationDocument,
  ViewerDocument,
} from '../generated/operations.js';
import { ask, succeed } from '../support/act.js';
import { readConversation } from '../support/conversations.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeContact, makeConversation, makeUser } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import type { TestWorkspace } from '../support/parley.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { signIn } from '../support/token.js';
import { PATIENCE } from '../worker/support/worker-process.js';

/** What an administrator may have set for a database; each would change what the server's statements mean. */
const hostile = [
  "DateStyle = 'SQL, DMY'",
  "IntervalStyle = 'sql_standard'",
  "bytea_output = 'escape'",
  "search_path = 'pg_catalog'",
  "default_transaction_isolation = 'serializable'",
  'gin_fuzzy_search_limit = 1',
  'pg_trgm.word_similarity_threshold = 1',
];

const MINUTE_MS = 60_000;
const COUNT = 12;

/** The ids of all conversations by pages of 5, which a list that repeats itself would make endless. */
async function walk(client: TestWorkspace, orderBy: ConversationOrder, after?: string, page = 1): Promise<string[]> {
  if (page > COUNT) throw new Error('The list does not end.');
  const { edges, pageInfo } = await ask(client, ConversationsDocument, { first: 5, after, orderBy });
  const ids = edges.map(({ node }) => node.id);
  if (!pageInfo.hasNextPage || !pageInfo.endCursor) return ids;
  return [...ids, ...(await walk(client, orderBy, pageInfo.endCursor, page + 1))];
}

describe.each(['America/New_York', 'Asia/Kolkata'])(
  'a database with settings of its own and the time zone %s',
  (zone) => {
    const scratch = useScratchDatabase();
    beforeAll(async () => {
      const name = new URL(scratch.url).pathname.slice(1);
      // Loads pg_trgm, whose settings PostgreSQL takes from its superuser only until then.
      await scratch.rows("SELECT show_trgm('x')");
      const settings = [`TimeZone = '${zone}'`, ...hostile];
      await scratch.rows(settings.map((setting) => `ALTER DATABASE ${name} SET ${setting}`).join(';'));
    });
    const parley = useParley({ databaseUrl: scratch.url, config: { worker: true } });
    const workspace = useWorkspace(parley);

    it('finds a contact by a similar name', async () => {
      await makeContact(workspace, 'Thaddäus Blankenship');
      const contacts = await ask(workspace, ContactsDocument, { search: 'blankenshp' });
      expect(nodesOf(contacts).map(({ name }) => name)).toEqual(['Thaddäus Blankenship']);
    });

    it('keeps every time as it was given, and its own as UTC', async () => {
      // In New York this night has the hour from 1 to 2 twice.
      const expiresAt = '2999-11-03T05:30:00.123Z';
      const { id, createdAt } = await makeConversation(workspace, { expiresAt });
      expect(await readConversation(workspace, id)).toMatchObject({ expiresAt });
      expect(Math.abs(Date.now() - Date.parse(createdAt))).toBeLessThan(MINUTE_MS);
      const [row] = await parley.database.prisma.$queryRaw<{ age: number }[]>`
      SELECT abs(extract(epoch FROM now() - max("createdAt")))::float AS age FROM "Conversation"`;
      expect(row?.age).toBeLessThan(60);
    });

    it('walks lists in the order of times to their end, in both directions, without a gap', async () => {
      const walked = await parley.newWorkspace();
      const ids: string[] = [];
      for (let made = 0; made < COUNT; made += 1) ids.push((await makeConversation(walked)).id);
      for (const field of ['CREATED_AT', 'UPDATED_AT'] as const) {
        expect(await walk(walked, { field, direction: 'ASC' })).toEqual(ids);
        expect(await walk(walked, { field, direction: 'DESC' })).toEqual(ids.toReversed());
      }
    });

    it('ends tokens from before a deactivation, and takes those made after', async () => {
      const user = await makeUser(workspace);
      const before = await signIn(parley, workspace, user.id);
      expect((await before.run(ViewerDocument, {})).viewer.actor).toMatchObject({ id: user.id });
      await succeed(workspace, DeactivateUserDocument, { userId: user.id });
      await succeed(workspace, ReactivateUserDocument, { userId: user.id });
      expect((await before.post('{ viewer { actor { id } } }')).status).toBe(401);
      // A token counts whole seconds, and one of the second of the deactivation does not count.
      const after = await vi.waitFor(async () => {
        const client = await signIn(parley, workspace, user.id);
        expect((await client.post('{ viewer { actor { id } } }')).status).toBe(200);
        return client;
      }, PATIENCE);
      expect((await after.run(ViewerDocument, {})).viewer.actor).toMatchObject({ id: user.id });
    });

    it('wakes a snoozed conversation at its time', async () => {
      const { id } = await makeConversation(workspace);
      const until = new Date(Date.now() + 3_000).toISOString();
      await succeed(workspace, SnoozeConversationDocument, { conversationId: id, until });
      await vi.waitFor(async () => {
        expect(await readConversation(workspace, id)).toMatchObject({ status: 'OPEN', snoozedUntil: null });
      }, PATIENCE);
      expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(until));
    });
  },
);

describe('a database with a table of the same name earlier in its search path', () => {
  const scratch = useScratchDatabase();
  beforeAll(async () => {
    const name = new URL(scratch.url).pathname.slice(1);
    await scratch.rows(`CREATE SCHEMA earlier; CREATE TABLE earlier."Contact" ();
      ALTER DATABASE ${name} SET search_path = earlier, public`);
  });
  const parley = useParley({ databaseUrl: scratch.url });
  const workspace = useWorkspace(parley);

  it('is read and written in the schema public', async () => {
    const contact = await makeContact(workspace, 'Zoë Müller');
    const contacts = await ask(workspace, ContactsDocument, { search: 'zoe' });
    expect(nodesOf(contacts).map(({ id }) => id)).toEqual([contact.id]);
  });
});
