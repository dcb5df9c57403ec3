import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lastTables, leftOut, movedTables } from '../../src/domain/workspaces/moving/tables.js';
import { filesIn } from '../domain/uploads/support/upload.js';
import {
  CloseConversationDocument,
  ConversationsDocument,
  EventCursorDocument,
  EventsDocument,
  WebhookEndpointsDocument,
} from '../generated/operations.js';
import { ask, succeed } from '../support/act.js';
import { say } from '../support/conversations.js';
import { uuidOf } from '../support/ids.js';
import { nodesOf } from '../support/nodes-of.js';
import type { TestServer, TestWorkspace } from '../support/parley.js';
import { introspect, type RootField, rootFieldsOf, smallestVariables } from '../support/root-fields.js';
import { signIn } from '../support/token.js';
import { digestRows } from '../support/workspace-rows.js';
import { type FullWorkspace, fill, killAt, seed, usePlace } from './support/moving.js';
import { TIMEOUT } from './support/program.js';
import { useTemporaryDirectory } from './support/temporary-directory.js';

const directory = useTemporaryDirectory();
const source = usePlace(directory, 'source');
const target = usePlace(directory, 'target');

let from: TestServer;
let ours: TestWorkspace;
let theirs: TestWorkspace;
let our: FullWorkspace;
let file: string;

beforeAll(async () => {
  from = await source.serve();
  ours = await from.newWorkspace('Ours');
  theirs = await from.newWorkspace('theirs workspace');
  our = await fill(ours, 'ours');
  await fill(theirs, 'theirs');
  await seed(source.url, ours, 300);
  await seed(source.url, theirs, 20);
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

it('a table whose rows refer to each other is exported in an order, for rows are written one after another by it', async () => {
  const tables = await source.rows<{ name: string }>(
    `SELECT DISTINCT relname AS name FROM pg_constraint JOIN pg_class c ON c.oid = conrelid
     WHERE contype = 'f' AND conrelid = confrelid AND c.relnamespace = 'public'::regnamespace`,
  );
  const ordered = movedTables.filter(({ order }) => order !== undefined).map(({ name }) => name);
  expect(ordered).toEqual(expect.arrayContaining(tables.map(({ name }) => name)));
});

it('workspace list has the workspaces with the numbers of their rows', TIMEOUT, async () => {
  const { code, stdout } = await source.command('list', '--json');
  expect(code).toBe(0);
  const [listed] = JSON.parse(stdout);
  const { totalCount } = await ask(ours, ConversationsDocument, { first: 1 });
  expect(listed).toMatchObject({ id: ours.id, slug: 'ours', name: 'Ours', conversations: totalCount, closed: null });
  expect(listed.messages).toBeGreaterThan(1000);
  expect((await source.command('list')).stdout).toMatch(/^id +slug +name .*\nws_\w{26} +ours +Ours .*\n/);
});

describe('an exported workspace', () => {
  beforeAll(async () => {
    const { code, stderr } = await source.command('export', 'ours', file);
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
    const { code, stdout, stderr } = await target.command('import', damaged);
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
      `INSERT INTO "ServerSecret" SELECT * FROM json_populate_recordset(NULL::"ServerSecret", '${value.replaceAll("'", "''")}')`,
    );
    await interruptedImport();
    const { code, stdout, stderr } = await target.command('import', file, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ workspaceId: ours.id, slug: 'ours', resumed: true });
    to = await target.serve();
    copy = to.connect(ours);
    queries = queriesOf(await introspect(ours));
  }, 120_000);
  afterAll(() => to?.stop());

  /** Kills an import between the messages and the events, with more written than it has recorded. */
  async function interruptedImport(): Promise<void> {
    await killAt(target, { table: 'Event', after: '(SELECT count(*) > 1000 FROM "Message")' }, 'import', file);
    const header = (await readFile(file)).indexOf('\n') + 1;
    await target.rows(`UPDATE "ClosedWorkspace" SET "readBytes" = ${header} WHERE "readBytes" > ${header}`);
    const [counted] = await target.rows<{ messages: number; events: number }>(
      `SELECT (SELECT count(*) FROM "Message")::int AS messages, (SELECT count(*) FROM "Event")::int AS events`,
    );
    expect(counted?.messages).toBeGreaterThan(1000);
    expect(counted?.events).toBe(0);
    const early = await target.serve();
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
      if (name === 'after') return our.beginning;
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
        else if (kind === 'BOT') sides.push(server.connect({ id: ours.id, apiKey: our.botKey }));
        else sides.push(await signIn(server, workspace, our.actors[kind]));
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
      for (let after = our.beginning, more = true; more; ) {
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
    const [before, after] = [await filesIn(source.uploads()), await filesIn(target.uploads())];
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
    const { code, stderr } = await target.command('import', file);
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
