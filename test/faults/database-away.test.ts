import { beforeAll, describe, expect, inject, it } from 'vitest';
import { TIMEOUT } from '../e2e/support/program.js';
import { eventually } from '../live/support/listen.js';
import { SCRATCH_CONNECTION, useScratchDatabase } from '../support/scratch-database.js';
import { newWorkspace, type Workspace, withSql } from './support/log-rows.js';
import { type RunningServer, useServers } from './support/servers.js';

const database = useScratchDatabase();
const startServer = useServers();
let server: RunningServer;
let workspace: Workspace;
beforeAll(async () => {
  server = await startServer({ DATABASE_URL: database.url, LOG_LEVEL: 'info' });
  workspace = await newWorkspace(database.url);
});

const name = new URL(database.url).pathname.slice(1);

/** Runs SQL on another database of the same server. */
const outside = (sql: string) => withSql(inject('databaseUrl'), (client) => client.query(sql));
const killConnections = () =>
  outside(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND datname = '${name}'
       AND application_name <> '${SCRATCH_CONNECTION}'`,
  );

async function takeAway(): Promise<void> {
  await outside(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await killConnections();
}

const giveBack = () => outside(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);

async function post(query: string, variables: object = {}) {
  const response = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${workspace.apiKey}` },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, requestId: response.headers.get('x-request-id'), body: await response.json() };
}

const statusOf = async (path: string) => (await fetch(new URL(path, server.url))).status;

const viewer = '{ viewer { workspace { id } } }';
const createContact = 'mutation ($input: CreateContactInput!) { createContact(input: $input) { __typename } }';
const secrets = { name: 'Zsuzsanna Quizzenberry', email: 'zsuzsanna@quizzenberry.example', phone: '+4930987654' };

const UNAVAILABLE =
  'The database, or another service that the server needs, is too busy or away. Try again in a second. A mutation may have been done: repeat it with the same idempotencyKey.';

type Answer = Awaited<ReturnType<typeof post>>;

/** An answer that says nothing but that something went wrong, and by which id the operator finds it. */
function expectMasked({ status, requestId, body }: Answer): void {
  expect(status).toBe(200);
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(body.data ?? null).toBeNull();
  expect(body.errors).toHaveLength(1);
  const [{ message, extensions, locations, path, ...rest }] = body.errors;
  expect(message).toBe(`Something went wrong. Tell the operator this request id: ${requestId}.`);
  expect(extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', requestId });
  expect(rest).toEqual({});
  expect(server.output.stderr).toContain(`"requestId":"${requestId}"`);
}

/** An answer that says that it can be tried again, and nothing of the database's own message. */
function expectUnavailable({ status, body }: Answer): void {
  expect(status).toBe(503);
  expect(body).toEqual({
    ...('data' in body ? { data: null } : {}),
    errors: [expect.objectContaining({ message: UNAVAILABLE, extensions: { code: 'SERVICE_UNAVAILABLE' } })],
  });
}

/** The lines that the server has logged, none of which holds customers' data, secrets or the text of a statement. */
function expectDiscreetLog(): void {
  const log = server.output.stderr;
  for (const secret of [...Object.values(secrets), workspace.apiKey, 'SELECT ', 'INSERT INTO', 'UPDATE "']) {
    expect(log).not.toContain(secret);
  }
  // As a URL has it: by itself it may be a word, such as the name of a file.
  const { password } = new URL(database.url);
  if (password) expect(log).not.toContain(`:${password}@`);
}

async function recovered(): Promise<void> {
  await eventually(
    async () => (await post(viewer)).body.data?.viewer.workspace.id === workspace.id,
    'an answer',
    20_000,
  );
}

describe('a database that goes away', () => {
  it('causes SERVICE_UNAVAILABLE without a stack in the log, and the server recovers by itself', TIMEOUT, async () => {
    expect((await post(viewer)).body).toEqual({ data: { viewer: { workspace: { id: workspace.id } } } });
    expect(await statusOf('/readyz')).toBe(200);
    await takeAway();
    try {
      for (let round = 0; round < 3; round += 1) {
        const answers = await Promise.all([
          post(viewer),
          post('{ conversations { totalCount } }'),
          post(createContact, { input: secrets }),
          post('{ nonsense }'),
        ]);
        for (const answer of answers) expectUnavailable(answer);
      }
      expect([await statusOf('/healthz'), await statusOf('/readyz')]).toEqual([200, 503]);
      // What works in the background says so too, each once in a while.
      for (const line of ['Notifier could not connect', 'Worker cannot show that it is alive']) {
        await eventually(() => server.output.stderr.includes(line), line);
      }
    } finally {
      await giveBack();
    }
    await recovered();
    expect(await statusOf('/readyz')).toBe(200);
    expect((await post('{ contacts { totalCount } }')).body).toEqual({ data: { contacts: { totalCount: 0 } } });
    expect((await post(createContact, { input: secrets })).body.data.createContact.__typename).toBe(
      'CreateContactPayload',
    );
    expect(server.process.exitCode).toBeNull();
    expect(server.output.stderr).toContain('too busy or away');
    expect(server.output.stderr).not.toContain('A request failed');
    expect(server.output.stderr).not.toContain('"stack"');
    expectDiscreetLog();
  });

  it(
    'keeps every confirmed write, and causes only data or SERVICE_UNAVAILABLE while its connections die',
    TIMEOUT,
    async () => {
      const names: string[] = [];
      let storming = true;
      const storm = (async () => {
        while (storming) {
          await killConnections();
          await new Promise((resolve) => setTimeout(resolve, 40));
        }
      })();
      try {
        const askers = Array.from({ length: 6 }, async (_, asker) => {
          for (let round = 0; round < 15; round += 1) {
            const contactName = `Storm ${asker}-${round}`;
            const answer = await post(createContact, { input: { name: contactName } });
            if (answer.body.errors) expectUnavailable(answer);
            else names.push(contactName);
          }
        });
        await Promise.all(askers);
      } finally {
        storming = false;
        await storm;
      }
      await recovered();
      const rows = await database.rows<{ name: string }>(`SELECT name FROM "Contact" WHERE name LIKE 'Storm%'`);
      const kept = rows.map((row) => row.name);
      expect(names.filter((contactName) => !kept.includes(contactName))).toEqual([]);
      expect(server.process.exitCode).toBeNull();
      expectDiscreetLog();
    },
  );
});

describe('a statement that fails unexpectedly', () => {
  it(
    "reveals its values neither to the caller nor to the log, although PostgreSQL's message contains them",
    TIMEOUT,
    async () => {
      await database.rows(
        `ALTER TABLE "Contact" ADD CONSTRAINT "unthoughtOf" CHECK (name <> '${secrets.name}') NOT VALID`,
      );
      await database.rows('ALTER TABLE "Message" ADD CONSTRAINT "unthoughtOf" CHECK (text IS NULL) NOT VALID');
      await database.rows('ALTER TABLE "Conversation" ADD CONSTRAINT "unthoughtOf" CHECK (subject IS NULL) NOT VALID');
      const made = await post(
        'mutation { createConversation(input: {}) { ... on CreateConversationPayload { conversation { id } } } }',
      );
      const conversationId = made.body.data.createConversation.conversation.id;
      const other = { ...secrets, email: 'other@quizzenberry.example', phone: '+4930987655' };
      const update = 'mutation ($input: UpdateConversationInput!) { updateConversation(input: $input) { __typename } }';
      const send = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }';
      expectMasked(await post(createContact, { input: other }));
      expectMasked(await post(update, { input: { conversationId, subject: secrets.name } }));
      expectMasked(await post(send, { input: { conversationId, text: `I am ${secrets.name}` } }));
      expectDiscreetLog();
    },
  );
});
