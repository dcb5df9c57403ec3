import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { print } from 'graphql';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openDatabase } from '../../src/db/client.js';
import { createWorkspace } from '../../src/domain/workspaces/create-workspace.js';
import { type Announcement, type Program, startServer, TIMEOUT } from '../e2e/support/program.js';
import {
  CreateConversationDocument,
  CreateWebhookEndpointDocument,
  LiveEventsDocument,
  SnoozeConversationDocument,
} from '../generated/operations.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { useReceivers } from '../webhook-delivery/support/receiver.js';
import { type Collector, type Exported, startCollector } from './support/collector.js';

const [INTERNAL, SERVER, CLIENT, CONSUMER] = [1, 2, 3, 5];
const PATIENCE = { timeout: 30_000, interval: 50 };

const database = useScratchDatabase();
const startReceiver = useReceivers();
let collector: Collector;
let server: Program & Announcement;
let apiKey = '';
beforeAll(async () => {
  collector = await startCollector();
  server = await startServer({
    env: {
      DATABASE_URL: database.url,
      WEBHOOK_ALLOW_PRIVATE: 'on',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_SERVICE_NAME: 'chat',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      TRUSTED_PROXIES: '127.0.0.1,::1',
    },
  });
  const rows = openDatabase({ url: database.url, poolSize: 1 });
  ({ apiKey } = await createWorkspace(rows.prisma, { name: 'Traced' }));
  await rows.close();
}, TIMEOUT.timeout);
afterAll(() => server.stop());

/** A span of somebody who calls. */
function newCaller() {
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-01` };
}

async function post(query: string, variables: object = {}, headers: Record<string, string> = {}) {
  const response = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}`, ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}

/** The spans of a trace, once one of this name is among them: a span is sent after those within it. */
function traceOf(traceId: string, name: string): Promise<Exported[]> {
  return vi.waitFor(() => {
    const spans = collector.spans().filter((span) => span.traceId === traceId);
    expect(spans.map((span) => span.name)).toContain(name);
    return spans;
  }, PATIENCE);
}

function named(spans: readonly Exported[], name: string): Exported {
  const found = spans.find((span) => span.name === name);
  if (!found) throw new Error(`There is no span ${name}, only ${spans.map((span) => span.name).join(', ')}.`);
  return found;
}

const below = (spans: readonly Exported[], { spanId }: Exported) =>
  spans.filter((span) => span.parentSpanId === spanId).map(({ name }) => name);

it('a request is one trace, which continues that of its caller, with its steps and statements', TIMEOUT, async () => {
  const caller = newCaller();
  const said = `said-${randomUUID()}`;
  const { errors } = await post(
    print(CreateConversationDocument),
    { input: { subject: said, message: { text: said } } },
    { traceparent: caller.traceparent },
  );
  expect(errors).toBeUndefined();

  const spans = await traceOf(caller.traceId, 'mutation CreateConversation');
  const request = named(spans, 'mutation CreateConversation');
  expect(request).toMatchObject({ kind: SERVER, parentSpanId: caller.spanId });
  expect(request.facts).toMatchObject({
    'http.request.method': 'POST',
    'http.route': '/graphql',
    'http.response.status_code': 200,
    'graphql.operation.type': 'mutation',
    'graphql.operation.name': 'CreateConversation',
    'parley.document.id': expect.stringMatching(/^sha256:[\da-f]{64}$/),
    'parley.caller.id': expect.stringMatching(/^key_/),
  });
  const steps = ['authenticate', 'graphql.parse', 'graphql.validate', 'graphql.execute'];
  expect(below(spans, request)).toEqual(expect.arrayContaining(steps));
  expect(named(spans, 'graphql.execute').kind).toBe(INTERNAL);
  expect(below(spans, named(spans, 'authenticate'))).toContainEqual(expect.stringMatching(/^SELECT .*ApiKey/));
  const written = below(spans, named(spans, 'graphql.execute'));
  expect(written).toContainEqual(expect.stringMatching(/^INSERT Conversation/));
  expect(written).toContain('COMMIT');
  const insert = spans.find(({ name }) => name.startsWith('INSERT Conversation'));
  expect(insert).toMatchObject({ kind: CLIENT });
  expect(insert?.facts).toMatchObject({ 'db.system.name': 'postgresql', 'db.operation.name': 'INSERT' });
  expect(collector.resource()).toMatchObject({
    'service.name': 'chat',
    'service.version': expect.stringMatching(/^\d+\.\d+\.\d+/),
    'deployment.environment.name': 'test',
  });
  expect(JSON.stringify(collector.spans())).not.toContain(said);
  expect(JSON.stringify(collector.spans())).not.toContain(apiKey);
});

it('the log line of a request names its trace', TIMEOUT, async () => {
  const caller = newCaller();
  await post('query Logged { viewer { role } }', {}, { traceparent: caller.traceparent });
  const spans = await traceOf(caller.traceId, 'query Logged');
  const line = server.output.stderr.split('\n').find((each) => each.includes('"operation":"Logged"')) ?? '';
  expect(JSON.parse(line)).toMatchObject({ trace_id: caller.traceId, span_id: named(spans, 'query Logged').spanId });
});

it('a request of anybody else is a trace of its own, which is linked to that of its caller', TIMEOUT, async () => {
  const { traceId, spanId, traceparent } = newCaller();
  const body = JSON.stringify({ query: 'query Elsewhere { viewer { role } }' });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${apiKey}`, traceparent };
  // Not the address of the trusted proxy.
  const url = Object.assign(new URL(server.url), { hostname: '127.0.0.1' });
  const sent = request(url, { method: 'POST', headers, localAddress: '127.0.0.2' }).end(body);
  const [response]: IncomingMessage[] = await once(sent, 'response');
  response?.resume();
  expect(response?.statusCode).toBe(200);
  const span = await vi.waitFor(() => named(collector.spans(), 'query Elsewhere'), PATIENCE);
  expect(span.parentSpanId ?? '').toBe('');
  expect(span.traceId).not.toBe(traceId);
  expect(span.links).toEqual([expect.objectContaining({ traceId, spanId })]);
});

it('an operation over a socket is a trace of its own, or part of that in its extensions', TIMEOUT, async () => {
  const client = createClient({
    url: server.url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: `Bearer ${apiKey}` },
  });
  try {
    const caller = newCaller();
    const { traceparent } = caller;
    const run = async (query: string, extensions: Record<string, unknown>) => {
      for await (const result of client.iterate({ query, extensions })) {
        expect(result.errors).toBeUndefined();
        return;
      }
    };
    await run('query Socketed { conversations { totalCount } }', { traceparent });
    const spans = await traceOf(caller.traceId, 'query Socketed');
    const operation = named(spans, 'query Socketed');
    expect(operation).toMatchObject({ kind: SERVER, parentSpanId: caller.spanId });
    expect(below(spans, operation)).toEqual(
      expect.arrayContaining(['graphql.parse', 'graphql.validate', 'graphql.execute']),
    );
    const statements = below(spans, named(spans, 'graphql.execute'));
    expect(statements).toContainEqual(expect.stringMatching(/^(SELECT|WITH)/));

    await run('query Alone { conversations { totalCount } }', { traceparent: 'nonsense' });
    const alone = await vi.waitFor(() => named(collector.spans(), 'query Alone'), PATIENCE);
    expect(alone.parentSpanId ?? '').toBe('');

    const input = { name: 'Ada', email: 'ada@example.com', role: 'AGENT' };
    const made = await post(
      'mutation($input: CreateUserInput!) { createUser(input: $input) { ... on CreateUserPayload { user { id } } } }',
      { input },
    );
    const tokened = await post(
      'mutation($id: ID!) { createSessionToken(input: { actorId: $id }) { ... on CreateSessionTokenPayload { token } } }',
      { id: made.data.createUser.user.id },
    );
    const browser = createClient({
      url: server.url.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: { Authorization: `Bearer ${tokened.data.createSessionToken.token}` },
    });
    await browser.iterate({ query: 'query Browsed { viewer { role } }', extensions: { traceparent } }).next();
    await browser.dispose();
    const browsed = await vi.waitFor(() => named(collector.spans(), 'query Browsed'), PATIENCE);
    expect(browsed.parentSpanId ?? '').toBe('');
    expect(browsed.links).toEqual([expect.objectContaining({ traceId: caller.traceId, spanId: caller.spanId })]);

    const following = newCaller();
    const events = client.iterate({
      query: print(LiveEventsDocument),
      extensions: { traceparent: following.traceparent },
    });
    const first = events.next();
    // It is traced until it has started, not until it ends.
    const started = await traceOf(following.traceId, 'subscription LiveEvents');
    expect(below(started, named(started, 'subscription LiveEvents'))).toContain('graphql.subscribe');
    await events.return?.();
    await first;
  } finally {
    await client.dispose();
  }
});

it('what a caller does wrong is no failure of its span, and a failed database is', TIMEOUT, async () => {
  const [wrong, broken] = [newCaller(), newCaller()];
  await post('query Wrong { conversations(first: 0) { totalCount } }', {}, { traceparent: wrong.traceparent });
  const refused = named(await traceOf(wrong.traceId, 'query Wrong'), 'query Wrong');
  expect(refused.facts['parley.error.codes']).toBe('BAD_USER_INPUT');
  expect(refused.status.code ?? 0).toBe(0);

  await database.rows('ALTER TABLE "Conversation" ADD CONSTRAINT broken CHECK (subject IS NULL) NOT VALID');
  const variables = { input: { subject: 'Broken' } };
  await post(print(CreateConversationDocument), variables, { traceparent: broken.traceparent });
  await database.rows('ALTER TABLE "Conversation" DROP CONSTRAINT broken');
  const spans = await traceOf(broken.traceId, 'mutation CreateConversation');
  const failed = named(spans, 'mutation CreateConversation');
  expect(failed).toMatchObject({ status: { code: 2 }, facts: { 'error.type': 'INTERNAL_SERVER_ERROR' } });
  expect(spans.find(({ name }) => name.startsWith('INSERT Conversation'))).toMatchObject({
    status: { code: 2 },
    facts: { 'error.type': '23514' },
  });
});

it('a webhook carries the trace of its delivery', TIMEOUT, async () => {
  const receiver = await startReceiver();
  const input = { url: receiver.url, events: ['conversation.created'] };
  expect((await post(print(CreateWebhookEndpointDocument), { input })).errors).toBeUndefined();
  await post(print(CreateConversationDocument), { input: { subject: 'Delivered' } });
  await vi.waitFor(() => expect(receiver.received).toHaveLength(1), PATIENCE);
  const [, traceId = '', spanId] = (receiver.received[0]?.headers.traceparent ?? '').split('-');
  const spans = await traceOf(traceId, 'webhook conversation.created');
  const delivery = named(spans, 'webhook conversation.created');
  expect(delivery.kind).toBe(CONSUMER);
  expect(named(spans, 'POST')).toMatchObject({ kind: CLIENT, spanId, parentSpanId: delivery.spanId });
  expect(named(spans, 'POST').facts).toMatchObject({
    'server.address': '127.0.0.1',
    'http.response.status_code': 204,
  });
  expect(below(spans, delivery)).toContainEqual(expect.stringMatching(/^UPDATE WebhookDelivery/));
});

it('a job is a trace of its own, linked to the request that scheduled it', TIMEOUT, async () => {
  const made = await post(print(CreateConversationDocument), { input: { subject: 'Snoozed' } });
  const conversationId = made.data.createConversation.conversation.id;
  const caller = newCaller();
  const until = new Date(Date.now() + 4_000).toISOString();
  const variables = { input: { conversationId, until } };
  const snoozed = await post(print(SnoozeConversationDocument), variables, { traceparent: caller.traceparent });
  expect(snoozed.errors).toBeUndefined();
  const spans = await traceOf(caller.traceId, 'mutation SnoozeConversation');
  const cause = named(spans, 'graphql.execute').spanId;
  const job = await vi.waitFor(() => {
    const jobs = collector.spans().filter(({ name }) => name === 'job wake-conversation');
    const found = jobs.find(({ links }) => links.some(({ spanId }) => spanId === cause));
    expect(found).toBeDefined();
    return found;
  }, PATIENCE);
  expect(job).toMatchObject({ kind: CONSUMER, links: [{ traceId: caller.traceId }] });
  expect(job?.traceId).not.toBe(caller.traceId);
});

it('a sampler leaves out what it is told to, and what is left is sent before the process ends', TIMEOUT, async () => {
  const own = await startCollector();
  const other = await startServer({
    env: {
      DATABASE_URL: database.url,
      WORKER: 'off',
      TRUSTED_PROXIES: '127.0.0.1,::1',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${own.url}/somewhere`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_TRACES_SAMPLER: 'parentbased_always_off',
      // Only the end of the process sends it.
      OTEL_BSP_SCHEDULE_DELAY: '3600000',
    },
  });
  const [sampled, caller] = [newCaller(), { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` }];
  const ask = (headers: Record<string, string>) =>
    fetch(other.url, { method: 'POST', headers, body: JSON.stringify({ query: '{ viewer { role } }' }) });
  await ask(caller);
  await ask({ ...caller, traceparent: sampled.traceparent });
  expect(own.requests).toEqual([]);
  expect(await other.stop()).toMatchObject({ code: 0 });
  expect(own.requests.map(({ path }) => path)).toEqual(['/somewhere']);
  expect(new Set(own.spans().map(({ traceId }) => traceId))).toEqual(new Set([sampled.traceId]));
});
