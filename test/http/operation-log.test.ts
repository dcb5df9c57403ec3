import { createHash, randomUUID } from 'node:crypto';
import { print } from 'graphql';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openDatabase } from '../../src/db/client.js';
import { createWorkspace } from '../../src/domain/workspaces/create-workspace.js';
import { type Announcement, type Program, startServer, TIMEOUT } from '../e2e/support/program.js';
import {
  CreateApiKeyDocument,
  CreateBotDocument,
  CreateConversationDocument,
  CreateSessionTokenDocument,
  CreateUserDocument,
  CreateWebhookEndpointDocument,
  JoinConversationDocument,
} from '../generated/operations.js';
import { connect, eventually, listen } from '../live/support/listen.js';
import { countWaiting, holdMessages } from '../support/held-messages.js';
import { useScratchDatabase } from '../support/scratch-database.js';

const database = useScratchDatabase();
let server: Program & Announcement;
let workspaceId = '';
let apiKey = '';
beforeAll(async () => {
  server = await startServer({ env: { DATABASE_URL: database.url, LOG_LEVEL: 'trace' } });
  const rows = openDatabase({ url: database.url, poolSize: 1 });
  ({ workspaceId, apiKey } = await createWorkspace(rows.prisma, { name: 'Logged' }));
  await rows.close();
}, TIMEOUT.timeout);
afterAll(() => server.stop());

async function post(query: string, { key = apiKey, variables = {}, requestId = randomUUID() } = {}) {
  const response = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, 'x-request-id': requestId },
    body: JSON.stringify({ query, variables }),
  });
  return { requestId, body: await response.json() };
}

const lines = (): Record<string, unknown>[] =>
  server.output.stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** The lines of a request, once there are as many. */
async function linesOf(requestId: string, count = 1) {
  return vi.waitFor(() => {
    const found = lines().filter((line) => line.requestId === requestId);
    expect(found).toHaveLength(count);
    return found;
  });
}

it(
  'the log has a line for each operation with request id, name, type, caller, duration and error codes',
  TIMEOUT,
  async () => {
    const { requestId } = await post('query Mine { viewer { actor { id } } }');
    const caller = { workspace: workspaceId, caller: expect.stringMatching(/^key_/) };
    expect(await linesOf(requestId)).toMatchObject([
      { msg: 'Operation', operation: 'Mine', type: 'query', ...caller, ms: expect.any(Number) },
    ]);
    const bad = await post(
      'mutation Bad($id: ID!) { deleteConversation(input: { conversationId: $id }) { __typename } }',
    );
    expect(await linesOf(bad.requestId)).toMatchObject([
      { operation: 'Bad', type: 'mutation', ...caller, errors: ['BAD_USER_INPUT'] },
    ]);
    const failed = await post('mutation Failed { closeConversation(input: { conversationId: "x" }) { __typename } }');
    expect(await linesOf(failed.requestId)).toMatchObject([{ operation: 'Failed', errors: ['VALIDATION_FAILED'] }]);
    const stranger = await post('query Strange { viewer { role } }', { key: 'unknown' });
    expect(await linesOf(stranger.requestId)).toMatchObject([{ operation: null, errors: ['UNAUTHENTICATED'] }]);
    const refused = await post('{ viewer {');
    expect(await linesOf(refused.requestId)).toMatchObject([{ operation: null, errors: ['GRAPHQL_PARSE_FAILED'] }]);
  },
);

it(
  'the line names whom an API key acts for, the key of a bot or a token, and who issued the token',
  TIMEOUT,
  async () => {
    const run = async (query: string, variables: object, key = apiKey) => {
      const { requestId, body } = await post(query, { variables, key });
      expect(body.errors).toBeUndefined();
      return { line: (await linesOf(requestId))[0], answer: Object(Object.values(body.data)[0]) };
    };
    const mine = await run('{ viewer { actor { id } } }', {});
    const key = mine.answer.actor.id;
    expect(mine.line).not.toHaveProperty('key');
    expect(mine.line).not.toHaveProperty('actsFor');

    const newUser = async (role: string) => {
      const input = { name: role, email: `${randomUUID()}@example.com`, role };
      return (await run(print(CreateUserDocument), { input })).answer.user.id;
    };
    const [owner, agent] = [await newUser('OWNER'), await newUser('AGENT')];
    const made = await run(print(CreateConversationDocument), { input: { message: { text: 'Hi', authorId: agent } } });
    expect(made.line).toMatchObject({ caller: key, actsFor: [agent] });
    const joining = { conversationId: made.answer.conversation.id, actorId: owner };
    expect((await run(print(JoinConversationDocument), { input: joining })).line).toMatchObject({ actsFor: [owner] });

    const viewer = '{ viewer { actor { id } } }';
    const bot = (await run(print(CreateBotDocument), { input: { name: 'Robo' } })).answer;
    const asBot = await run(viewer, {}, bot.apiKey);
    expect(asBot.line).toMatchObject({ caller: bot.bot.id, key: expect.stringMatching(/^key_/) });
    const token = async (actorId: string, issuer?: string) =>
      (await run(print(CreateSessionTokenDocument), { input: { actorId } }, issuer)).answer.token;
    const ownersToken = await token(owner);
    expect((await run(viewer, {}, ownersToken)).line).toMatchObject({ caller: owner, key });
    const asAgent = await run(viewer, {}, await token(agent, ownersToken));
    expect(asAgent.line).toMatchObject({ caller: agent, key, issuer: owner });

    const admin = await newUser('ADMIN');
    const input = { name: 'Script', scopes: ['WRITE'] };
    const script = (await run(print(CreateApiKeyDocument), { input }, await token(admin))).answer;
    const refused = await run(print(JoinConversationDocument), { input: joining }, script.secret);
    expect(refused.line).toMatchObject({ caller: script.apiKey.id, actsFor: [owner], errors: ['FORBIDDEN'] });
  },
);

it('the log has a line for each operation over a socket', TIMEOUT, async () => {
  const client = connect(server.url, apiKey);
  try {
    await listen(client, 'query Socketed { viewer { actor { id } } }', {}).until(1);
    const line = await vi.waitFor(() => {
      const found = lines().find(({ operation }) => operation === 'Socketed');
      expect(found).toBeDefined();
      return found;
    });
    expect(line).toMatchObject({
      type: 'query',
      requestId: expect.stringMatching(/^[\w-]{36}$/),
      workspace: workspaceId,
    });
  } finally {
    await client.dispose();
  }
});

it('the log never contains a key, a password or message text, whatever goes wrong', TIMEOUT, async () => {
  const said = `said-${randomUUID()}`;
  const unknownKey = `parley_sk_${randomUUID().replaceAll('-', '')}`;
  await post('{ viewer { actor { id } } }', { key: unknownKey });
  const made = await post(print(CreateApiKeyDocument), {
    variables: { input: { name: said, scopes: ['READ'] } },
  });
  await post(print(CreateConversationDocument), { variables: { input: { subject: said, flowId: said } } });
  const user = { input: { name: said, email: `${said}@example.com` } };
  const { body: userMade } = await post(print(CreateUserDocument), { variables: user });
  const userId = userMade.data.createUser.user.id;
  const signedIn = await post(print(CreateSessionTokenDocument), {
    variables: { input: { actorId: userId } },
  });
  const { token } = signedIn.body.data.createSessionToken;
  const asUser = await post('{ viewer { actor { id } } }', { key: token });
  expect(await linesOf(asUser.requestId)).toMatchObject([{ caller: userId }]);
  await post('{ viewer { actor { id } } }', { key: `${token}x` });
  const endpoint = {
    input: { url: 'https://example.com/hook', events: ['*'], headers: { 'X-Pass': said } },
  };
  const hooked = await post(print(CreateWebhookEndpointDocument), { variables: endpoint });
  const webhookSecret = hooked.body.data.createWebhookEndpoint.secret;
  await post(`{ conversations(filter: { search: "${said}" }) { totalCount } }`);
  // A failure of the database, whose error holds the whole row.
  await database.rows('ALTER TABLE "Conversation" ADD CONSTRAINT broken CHECK (subject IS NULL) NOT VALID');
  const failed = await post(print(CreateConversationDocument), { variables: { input: { subject: said } } });
  await database.rows('ALTER TABLE "Conversation" DROP CONSTRAINT broken');
  expect(failed.body.errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
  const seen = await linesOf(failed.requestId, 2);
  expect(seen.map(({ msg }) => msg).sort()).toEqual(['A request failed', 'Operation']);

  const secret = /parley_sk_[\w-]{20,}/.exec(JSON.stringify(made.body))?.[0];
  expect(secret).toBeDefined();
  const { stderr, stdout } = server.output;
  const password = new URL(database.url).password;
  for (const text of [
    apiKey,
    unknownKey,
    secret,
    token,
    webhookSecret,
    said,
    ...(password.length > 8 ? [password] : []),
  ]) {
    expect(`${stdout}${stderr}`).not.toContain(text);
  }
});

it(
  'an operation that took long is a warning with the id of its document, and without its variables',
  TIMEOUT,
  async () => {
    const slow = await startServer({ env: { DATABASE_URL: database.url, WORKER: 'off', SLOW_OPERATION_MS: '1' } });
    try {
      const release = await holdMessages(database.url);
      const said = `said-${randomUUID()}`;
      const query =
        'query Slow($text: String) { conversations(filter: { search: $text }) { totalCount } messages { totalCount nodes { id } } }';
      const answer = fetch(slow.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
        body: JSON.stringify({ query, variables: { text: said } }),
      });
      await eventually(async () => (await countWaiting(database)) > 0, 'that it waits');
      await release();
      expect((await answer).status).toBe(200);
      const line = await vi.waitFor(() => {
        const found = slow.output.stderr.split('\n').find((each) => each.includes('"operation":"Slow"'));
        expect(found).toBeDefined();
        return found ?? '';
      });
      const document = `sha256:${createHash('sha256').update(query).digest('hex')}`;
      expect(JSON.parse(line)).toMatchObject({ level: 40, msg: 'Slow operation', document, ms: expect.any(Number) });
      expect(slow.output.stderr).not.toContain(said);
    } finally {
      await slow.stop();
    }
  },
);

it('a query whose client has gone is one line, and no failure', TIMEOUT, async () => {
  await holdMessages(database.url);
  const requestId = randomUUID();
  const left = new AbortController();
  const request = fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}`, 'x-request-id': requestId },
    body: JSON.stringify({ query: 'query Left { messages { totalCount nodes { id } } }' }),
    signal: left.signal,
  }).catch(() => undefined);
  await eventually(async () => (await countWaiting(database)) > 0, 'that it waits');

  left.abort();
  await request;
  expect(await linesOf(requestId)).toMatchObject([{ level: 30, operation: 'Left', errors: ['CLIENT_GONE'] }]);
});
