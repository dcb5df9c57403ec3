import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { noLimits, settleSession } from '../../src/db/session-settings.js';
import { lastTables, leftOut, movedTables } from '../../src/domain/workspaces/moving/tables.js';
import { generate } from '../../src/seed/generate.js';
import { fullCast } from '../../src/seed/shape.js';
import { sessionOfClient } from '../../src/seed/sql-session.js';
import { note } from '../domain/messages/support/notes.js';
import { filesIn } from '../domain/uploads/support/upload.js';
import {
  CloseConversationDocument,
  ConversationsDocument,
  EventCursorDocument,
  EventsDocument,
  MarkConversationReadDocument,
  MergeContactsDocument,
  WebhookEndpointsDocument,
} from '../generated/operations.js';
import { type Everything, makeEverything } from '../isolation/support/everything.js';
import { ask, succeed } from '../support/act.js';
import { say } from '../support/conversations.js';
import { uuidOf } from '../support/ids.js';
import { makeBot, makeContact, makeUser } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import { startParley, type TestServer, type TestWorkspace } from '../support/parley.js';
import { introspect, type RootField, rootFieldsOf, smallestVariables } from '../support/root-fields.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { signIn } from '../support/token.js';
import { digestRows } from '../support/workspace-rows.js';
import { runToEnd, start, TIMEOUT } from './support/program.js';
import { useTemporaryDirectory } from './support/temporary-directory.js';

const directory = useTemporaryDirectory();
const source = useScratchDatabase();
const target = useScratchDatabase();
const uploadsOf = (side: 'source' | 'target') => path.join(directory(), `uploads-${side}`);
const environment = (side: 'source' | 'target') => ({
  DATABASE_URL: side === 'source' ? source.url : target.url,
  UPLOADS: uploadsOf(side),
});
const command = (side: 'source' | 'target', ...args: string[]) =>
  runToEnd({ command: ['node', 'dist/cli/workspace.js', ...args], env: environment(side) });
const serverOf = (side: 'source' | 'target') =>
  startParley({
    databaseUrl: side === 'source' ? source.url : target.url,
    config: { uploads: { kind: 'local', directory: uploadsOf(side) }, webhookAllowPrivate: true },
  });

let from: TestServer;
let ours: TestWorkspace;
let theirs: TestWorkspace;
let our: Everything;
/** Of our log, before there was anything. */
let beginning: string;
let botKey: string;
let actors: Record<'OWNER' | 'AGENT' | 'READ_ONLY' | 'CONTACT', string>;
let file: string;

/** Writes conversations of the kind that `npm run seed` does. */
async function seed(workspace: TestWorkspace, conversations: number): Promise<void> {
  const client = new pg.Client({ connectionString: source.url });
  await client.connect();
  await settleSession(client, noLimits);
  const dataSet = { ...fullCast, conversations, messages: 8, seed: 7, now: new Date() };
  await generate([sessionOfClient(client)], uuidOf(workspace.id), dataSet);
  await client.end();
}

beforeAll(async () => {
  from = await serverOf('source');
  ours = await from.newWorkspace('Ours');
  theirs = await from.newWorkspace('theirs workspace');
  beginning = await ask(ours, EventCursorDocument, {});
  our = await makeEverything(ours, 'ours');
  await makeEverything(theirs, 'theirs');
  await seed(ours, 300);
  await seed(theirs, 20);
  const conversationId = our.idFor('conversationId');
  const [owner, agent, reader] = [
    await makeUser(ours, 'ours owner', { role: 'OWNER' }),
    await makeUser(ours, 'ours agent', { role: 'AGENT' }),
    await makeUser(ours, 'ours reader', { role: 'READ_ONLY' }),
  ];
  botKey = (await makeBot(ours, 'ours second bot')).apiKey;
  actors = { OWNER: owner.id, AGENT: agent.id, READ_ONLY: reader.id, CONTACT: our.idFor('contactId') };
  await note(ours, conversationId, { text: 'ours note', mentionedUserIds: [agent.id] });
  const said = await say(ours, conversationId, { text: 'ours “quoted” \\ text\nin two lines \u0001\u2028 🦜' });
  await say(ours, conversationId, { text: 'ours reply', replyToId: said.id });
  await succeed(ours, MarkConversationReadDocument, { conversationId });
  // One that was merged into a contact with a higher id, which comes later in the order of ids.
  const [former, later] = [await makeContact(ours, 'ours former'), await makeContact(ours, 'ours later')];
  await succeed(ours, MergeContactsDocument, { contactIds: [former.id], survivorId: later.id });
  file = path.join(directory(), 'ours.jsonl');
}, 120_000);
afterAll(() => from?.stop());

it('every table with rows of workspaces is in an export, or left out for a reason', async () => {
  const tables = await source.rows<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name = 'workspaceId'`,
  );
  const known = [...movedTables, ...lastTables].map(({ name }) => name).filter((name) => name !== 'Workspace');
  expect([...known, ...Object.keys(leftOut)].sort()).toEqual(tables.map(({ name }) => name).sort());
});

it('workspace list has the workspaces with the numbers of their rows', TIMEOUT, async () => {
  const { code, stdout } = await command('source', 'list', '--json');
  expect(code).toBe(0);
  const [listed] = JSON.parse(stdout);
  const { totalCount } = await ask(ours, ConversationsDocument, { first: 1 });
  expect(listed).toMatchObject({ id: ours.id, slug: 'ours', name: 'Ours', conversations: totalCount, closed: null });
  expect(listed.messages).toBeGreaterThan(1000);
  expect((await command('source', 'list')).stdout).toMatch(/^id +slug +name .*\nws_\w{26} +ours +Ours .*\n/);
});

describe('an exported workspace', () => {
  beforeAll(async () => {
    const { code, stderr } = await command('source', 'export', 'ours', file);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  }, 60_000);

  it('has nothing of another one', async () => {
    const text = await readFile(file, 'utf8');
    expect(text).toContain('ours text');
    expect(text).not.toContain('theirs');
    expect(text).not.toContain(uuidOf(theirs.id));
  });

  it.for([
    ['is truncated', (text: string) => text.slice(0, -200), 'The file is truncated'],
    ['was changed', (text: string) => text.replace('ours text', 'your text'), 'The file was changed'],
    ['is of a newer format', (text: string) => text.replace('"format":1', '"format":2'), 'The file has the format 2'],
    ['is something else', () => 'Hello\n', 'The file is not an export'],
  ] as const)('is refused if it %s, and nothing is written', TIMEOUT, async ([, damage, complaint]) => {
    const damaged = path.join(directory(), 'damaged.jsonl');
    await writeFile(damaged, damage(await readFile(file, 'utf8')));
    const { code, stdout, stderr } = await command('target', 'import', damaged);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^${complaint}.*\n$`));
    expect(await target.rows('SELECT FROM "Workspace"')).toEqual([]);
  });
});

describe('an imported workspace', () => {
  let to: TestServer;
  let copy: TestWorkspace;
  let queries: RootField[];

  beforeAll(async () => {
    // Cursors from there then work here.
    const [{ value } = { value: '' }] = await source.rows<{ value: string }>(
      `SELECT json_agg(s)::text AS value FROM "ServerSecret" s`,
    );
    await target.rows(
      `INSERT INTO "ServerSecret" SELECT * FROM json_populate_recordset(NULL::"ServerSecret", '${value}')`,
    );
    await interruptedImport();
    const { code, stdout, stderr } = await command('target', 'import', file, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ workspaceId: ours.id, slug: 'ours', resumed: true });
    to = await serverOf('target');
    copy = to.connect(ours);
    queries = queriesOf(await introspect(ours));
  }, 120_000);
  afterAll(() => to?.stop());

  /** Kills an import while it waits to write an event, which is after the messages. */
  async function interruptedImport(): Promise<void> {
    const locker = new pg.Client({ connectionString: target.url });
    await locker.connect();
    await locker.query('BEGIN; LOCK TABLE "Event" IN SHARE MODE');
    const run = await start({ command: ['node', 'dist/cli/workspace.js', 'import', file], env: environment('target') });
    const blocked = `FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'parley-workspace'
      AND wait_event_type = 'Lock'`;
    await vi.waitFor(async () => expect(await target.rows(`SELECT ${blocked}`)).toHaveLength(1), {
      timeout: 60_000,
      interval: 50,
    });
    await run.stop('SIGKILL');
    await target.rows(`SELECT pg_terminate_backend(pid) ${blocked}`);
    await locker.query('ROLLBACK');
    const [counted] = await target.rows<{ messages: number; events: number }>(
      `SELECT (SELECT count(*) FROM "Message")::int AS messages, (SELECT count(*) FROM "Event")::int AS events`,
    );
    expect(counted?.messages).toBeGreaterThan(1000);
    expect(counted?.events).toBe(0);
    await locker.end();
    const early = await serverOf('target');
    expect((await early.connect(ours).post('{ viewer { __typename } }')).status).toBe(401);
    await early.stop();
  }

  function queriesOf(schema: Parameters<typeof rootFieldsOf>[0]): RootField[] {
    // All members of an interface to the third level would be more than one operation may ask for.
    const isInterface = ({ name }: RootField) => /^(events|nodes?)$/.test(name);
    return [
      ...rootFieldsOf(schema, 1).filter(isInterface),
      ...rootFieldsOf(schema, 2).filter((field) => !isInterface(field)),
    ].filter(({ kind, name }) => kind === 'query' && name !== 'rateLimit' && name !== 'webhookEndpoints');
  }

  const variablesOf = (field: RootField) =>
    smallestVariables(field, (typeName, name) => {
      if (name === 'after') return beginning;
      if (typeName !== 'ID') return 'ours external';
      return our.idFor(name === 'id' ? `${field.name}Id` : name);
    });

  it('has the same rows, and the numbers that triggers keep', async () => {
    const [before, after] = [await digestRows(from, ours), await digestRows(to, ours)];
    for (const table of [...Object.keys(leftOut), 'WebhookEndpoint']) {
      delete before[table];
      delete after[table];
    }
    expect(Object.keys(before).length).toBeGreaterThan(20);
    expect(after).toEqual(before);
    const counts = '{ conversationCounts { open pending snoozed closed unassigned byAssignee { active } } }';
    expect((await copy.post(counts)).body).toEqual((await ours.post(counts)).body);
  });

  it.for(['API_KEY', 'BOT', 'OWNER', 'AGENT', 'READ_ONLY', 'CONTACT'] as const)(
    'answers %s as the original does',
    TIMEOUT,
    async (kind) => {
      const sides = [];
      for (const [server, workspace] of [
        [from, ours],
        [to, copy],
      ] as const) {
        if (kind === 'API_KEY') sides.push(workspace);
        else if (kind === 'BOT') sides.push(server.connect({ id: ours.id, apiKey: botKey }));
        else sides.push(await signIn(server, workspace, actors[kind]));
      }
      const [original, moved] = sides;
      if (!original || !moved) throw new Error('There are two.');
      let answered = 0;
      for (const field of queries) {
        const answers = [];
        for (const side of [original, moved]) answers.push((await side.post(field.document, variablesOf(field))).body);
        const [first, second] = answers.map(comparable);
        expect(second, field.name).toEqual(first);
        if (!answers[0]?.errors) answered += 1;
      }
      expect(answered).toBeGreaterThan(5);
    },
  );

  it('replays the same events, from a cursor of the original', TIMEOUT, async () => {
    const all = async (workspace: TestWorkspace) => {
      const found: string[] = [];
      for (let after = beginning, more = true; more; ) {
        const { edges, pageInfo } = await ask(workspace, EventsDocument, { after, first: 100 });
        found.push(...edges.map(({ node }) => JSON.stringify(node)));
        more = pageInfo.hasNextPage;
        after = pageInfo.endCursor ?? after;
      }
      return found;
    };
    const events = await all(ours);
    expect(events.length).toBeGreaterThan(1000);
    expect(await all(copy)).toEqual(events);
  });

  it('has the files', async () => {
    const [before, after] = [await filesIn(uploadsOf('source')), await filesIn(uploadsOf('target'))];
    const mine = before.filter((name) => name.includes(ours.id));
    expect(mine).toHaveLength(1);
    expect(after.map((name) => path.basename(name))).toEqual(mine.map((name) => path.basename(name)));
    for (const [index, name] of after.entries()) {
      expect(await readFile(name)).toEqual(await readFile(mine[index] ?? ''));
    }
  });

  it('calls no receiver of the original, from the old events least of all', async () => {
    const { webhookEndpoints } = await copy.run(WebhookEndpointsDocument, {});
    expect(nodesOf(webhookEndpoints)).toHaveLength(1);
    expect(await target.rows('SELECT FROM "WebhookDelivery"')).toEqual([]);
    const settled = await target.rows(
      `SELECT FROM "WebhookEndpoint" e JOIN "EventHead" h USING ("workspaceId")
       WHERE e.position = h.position AND e."deactivatedAt" IS NOT NULL`,
    );
    expect(settled).toHaveLength(1);
  });

  it('is not imported twice', TIMEOUT, async () => {
    const { code, stderr } = await command('target', 'import', file);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `There is a workspace with the id ${ours.id} in this database already.\n`,
    });
  });

  it('can be worked in', TIMEOUT, async () => {
    const conversationId = our.idFor('conversationId');
    const after = await ask(copy, EventCursorDocument, {});
    const said = await say(copy, conversationId, { text: 'ours moved' });
    await succeed(copy, CloseConversationDocument, { conversationId, reason: 'done' });
    const { edges } = await ask(copy, EventsDocument, { after, first: 10 });
    expect(edges.map(({ node }) => node.type)).toEqual(['message.added', 'conversation.closed']);
    expect(said.seq).toBeGreaterThan(3);
  });
});

describe('workspace delete', () => {
  it('asks for the slug as a confirmation', TIMEOUT, async () => {
    const { code, stderr } = await command('source', 'delete', 'theirs-workspace');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^This deletes everything of the workspace theirs workspace, for good\. .*\n$/);
    const { totalCount } = await ask(theirs, ConversationsDocument, { first: 1 });
    expect(totalCount).toBe(21);
  });

  it('removes all rows and files of one workspace, and leaves the others as they were', TIMEOUT, async () => {
    const before = await digestRows(from, theirs);
    const { code, stdout } = await command('source', 'delete', ours.id, '--yes-delete', 'ours', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ slug: 'ours', counts: { Conversation: 301, Workspace: 1, file: 1 } });
    const left = await digestRows(from, ours);
    expect(new Set(Object.values(left))).toEqual(new Set(['0 ']));
    expect(await digestRows(from, theirs)).toEqual(before);
    const files = await filesIn(uploadsOf('source'));
    expect(files.filter((name) => name.includes(ours.id))).toEqual([]);
    expect(files.filter((name) => name.includes(theirs.id))).toHaveLength(1);
    expect((await ours.post('{ viewer { __typename } }')).status).toBe(401);
  });
});

/** An answer without what no two processes have in common: cursors, signatures of URLs, and when a key was last used. */
function comparable(answer: unknown): unknown {
  return JSON.parse(
    JSON.stringify(answer, (key, value) => {
      if (/cursor$/i.test(key) || /lastUsedAt$/.test(key)) return null;
      if (/_(url|createdAt)$/.test(key) && /^http/.test(String(value))) return null;
      return value;
    }),
  );
}
