import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Client } from 'graphql-ws';
import { afterEach, describe, expect, it } from 'vitest';
import { createOperationNames } from '../../src/metrics/metrics.js';
import { TIMEOUT } from '../e2e/support/program.js';
import { withSql } from '../faults/support/log-rows.js';
import {
  CreateApiKeyDocument,
  LiveEventsDocument,
  SendTestWebhookDocument,
  SnoozeConversationDocument,
} from '../generated/operations.js';
import { connect, eventually, listen } from '../live/support/listen.js';
import { succeed } from '../support/act.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { startParley, type TestServer } from '../support/parley.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { signInAs } from '../support/token.js';
import { makeEndpoint } from '../webhook-delivery/support/endpoints.js';

const parley = useParley({});
const workspace = useWorkspace(parley);

const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
});

async function get({ url }: Pick<TestServer, 'url'>, path: string, token?: string) {
  const headers: HeadersInit = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(new URL(path, url), { headers });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** The value of a time series by its full name and labels, or 0 if there is none. */
function valueIn(text: string, series: string): number {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? 0);
}

async function valueNow(series: string, server: Pick<TestServer, 'url'> = parley): Promise<number> {
  return valueIn((await get(server, '/metrics')).text, series);
}

describe('/metrics', () => {
  it('counts operations by name, type and outcome, over HTTP and over sockets', async () => {
    const count = (labels: string) => valueNow(`parley_operation_duration_seconds_count{${labels}}`);
    await workspace.post('query Mine { viewer { actor { id } } }');
    await workspace.post('query Mine { viewer { actor { id } } }');
    await workspace.post('{ viewer { actor { id } } }');
    await workspace.post('query Broken { conversations(first: 0) { totalCount } }');
    const client = connect(parley.url, workspace.apiKey);
    clients.push(client);
    await listen(client, 'query Socketed { viewer { actor { id } } }', {}).until(1);
    expect(await count('operation="Mine",type="query",outcome="ok"')).toBe(2);
    expect(await count('operation="anonymous",type="query",outcome="ok"')).toBeGreaterThan(0);
    expect(await count('operation="Broken",type="query",outcome="error"')).toBe(1);
    expect(await count('operation="Socketed",type="query",outcome="ok"')).toBe(1);
  });

  it('counts operations of contacts by name only if the team uses that name, so that they cannot exhaust the names', async () => {
    const own = await startParley();
    try {
      const contact = await signInAs(own, own.connect(workspace), 'CONTACT');
      const value = (name: string) =>
        valueNow(`parley_operation_duration_seconds_count{operation="${name}",type="query",outcome="ok"}`, own);
      for (let index = 0; index < 210; index += 1) await contact.post(`query Junk${index} { __typename }`);
      expect([await value('other'), await value('Junk0')]).toEqual([210, 0]);
      await own.connect(workspace).post('query Inbox { __typename }');
      await contact.post('query Inbox { __typename }');
      expect([await value('other'), await value('Inbox')]).toEqual([210, 2]);
    } finally {
      await own.stop();
    }
  });

  it('counts errors by code, including requests refused before execution', async () => {
    const errors = (code: string) => valueNow(`parley_errors_total{code="${code}"}`);
    const codes = ['UNAUTHENTICATED', 'GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT'];
    const before = await Promise.all(codes.map(errors));
    await workspace.post('{ viewer { id } }', {}, null);
    await workspace.post('{ viewer {');
    await workspace.post('{ nothing }');
    await workspace.post('{ node(id: "conv_") { id } }');
    const after = await Promise.all(codes.map(errors));
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([1, 1, 1, 1]);
  });

  it('counts errors that mutations return as union members, whatever is selected of them', async () => {
    const failures = (code: string) => valueNow(`parley_errors_total{code="${code}"}`);
    const ok = () =>
      valueNow('parley_operation_duration_seconds_count{operation="Failing",type="mutation",outcome="ok"}');
    const close = (id: string) =>
      workspace.post(
        'mutation Failing($id: ID!) { closeConversation(input: { conversationId: $id }) { __typename } }',
        { id },
      );
    const { id } = await makeConversation(workspace);
    const codes = ['INVALID_TRANSITION', 'VALIDATION_FAILED', 'FORBIDDEN'];
    const before = await Promise.all(codes.map(failures));
    await close(id);
    await close(id);
    await close('nonsense');
    const { secret } = await succeed(workspace, CreateApiKeyDocument, { name: 'Reader', scopes: ['READ'] });
    await parley
      .connect({ ...workspace, apiKey: secret })
      .post('mutation { createUser(input: { name: "A", email: "a@example.com" }) { __typename } }');
    const after = await Promise.all(codes.map(failures));
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([1, 1, 1]);
    expect(await ok()).toBe(3);
  });

  it('counts errors over sockets', async () => {
    const unauthenticated = () => valueNow('parley_errors_total{code="UNAUTHENTICATED"}');
    const refused = (await unauthenticated()) + 1;
    clients.push(connect(parley.url, 'parley_sk_unknown'));
    await eventually(async () => (await unauthenticated()) === refused, 'the refused socket is counted');
    const parseErrors = () => valueNow('parley_errors_total{code="GRAPHQL_PARSE_FAILED"}');
    const before = await parseErrors();
    const client = connect(parley.url, workspace.apiKey);
    clients.push(client);
    expect(await listen(client, '{ viewer {', {}).ended).toMatchObject([{ message: expect.any(String) }]);
    expect(await parseErrors()).toBe(before + 1);
  });

  it('counts requests by path and status, with unknown paths as one', async () => {
    const other = () => valueNow('parley_http_requests_total{path="other",status="404"}');
    const graphql = () => valueNow('parley_http_requests_total{path="/graphql",status="200"}');
    const before = [await other(), await graphql()] as const;
    await get(parley, '/favicon.ico');
    await get(parley, `/${Math.random()}`);
    await get(parley, '/healthz?verbose');
    await workspace.post('{ viewer { actor { id } } }');
    await workspace.post('{ viewer { actor { id } } }');
    await eventually(async () => (await other()) === before[0] + 2, 'the requests for nothing are counted');
    await eventually(async () => (await graphql()) === before[1] + 2, 'those of GraphQL are counted');
  });

  it('shows subscriptions, jobs, the lag of the log reader and of the event loop', async () => {
    const client = connect(parley.url, workspace.apiKey);
    clients.push(client);
    listen(client, LiveEventsDocument, {});
    await eventually(async () => (await valueNow('parley_subscriptions')) === 1, 'the subscription is counted');
    expect(await valueNow('parley_subscription_groups')).toBe(1);
    const checks = await valueNow('parley_subscription_group_checks_total');
    expect(await valueNow('parley_tail_lag_seconds')).toBeGreaterThan(0);

    const { id: conversationId } = await makeConversation(workspace);
    const checksNow = () => valueNow('parley_subscription_group_checks_total');
    await eventually(async () => (await checksNow()) > checks, 'the subscription is asked about it');
    const input = { conversationId, until: '2999-01-01T00:00:00Z' };
    await succeed(workspace, SnoozeConversationDocument, input);
    expect(await valueNow('parley_jobs{job="wake-conversation",state="scheduled"}')).toBeGreaterThan(0);

    const { text } = await get(parley, '/metrics');
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds \S+$/m);
    expect(text).toMatch(/^# HELP parley_webhook_deliveries_total /m);
  });

  it('measures statements by what they do, and the wait for a connection', async () => {
    const count = (kind: string) => valueNow(`parley_database_statement_seconds_count{kind="${kind}"}`);
    const waits = () => valueNow('parley_database_wait_seconds_count');
    const before = { read: await count('read'), write: await count('write'), transaction: await count('transaction') };
    const waited = await waits();
    await makeConversation(workspace);
    expect(await count('read')).toBeGreaterThan(before.read);
    expect(await count('write')).toBeGreaterThan(before.write);
    expect(await count('transaction')).toBeGreaterThan(before.transaction);
    expect(await waits()).toBeGreaterThan(waited);
  });

  it('says which version runs, of which commit', async () => {
    const built = await startParley({ config: { commit: '0123abc' } });
    try {
      const { text } = await get(built, '/metrics');
      expect(text).toMatch(/^parley_build_info\{version="\d+\.\d+\.\d+\S*",commit="0123abc",node="v\d+\.\S+"\} 1$/m);
    } finally {
      await built.stop();
    }
  });

  it('shows the number of jobs by state', async () => {
    // No worker knows it.
    const job = `metrics-${randomUUID()}`;
    const { prisma } = parley.database;
    const add = async (runAt: string) => {
      const [row] = await prisma.$queryRaw<
        { id: bigint }[]
      >`SELECT id FROM graphile_worker.add_job(${job}, run_at := ${runAt}::timestamptz)`;
      return row?.id;
    };
    const waiting = '2020-01-01T00:00:00Z';
    for (const runAt of [waiting, waiting, waiting, '2999-01-01T00:00:00Z', '2999-01-01T00:00:00Z']) await add(runAt);
    await prisma.$queryRaw`SELECT id FROM graphile_worker.permanently_fail_jobs(ARRAY[${await add(waiting)}::bigint])`;
    const states = ['waiting', 'scheduled', 'failed', 'running'];
    const counts = states.map((state) => valueNow(`parley_jobs{job="${job}",state="${state}"}`));
    expect(await Promise.all(counts)).toEqual([3, 2, 1, 0]);
  });

  it('has one series for all operation names beyond the first 200', () => {
    const namesKnown = createOperationNames();
    const labelOf = (name: string | null) => namesKnown(name, { mayAdd: true });
    const names = Array.from({ length: 500 }, (_, index) => `Name${index}`);
    expect(new Set([...names, ...names].map(labelOf)).size).toBe(201);
    expect([labelOf('Name0'), labelOf('Name499'), labelOf(null)]).toEqual(['Name0', 'other', 'anonymous']);
  });

  it('requires the token if one is configured', async () => {
    const token = '0123456789abcdef';
    const guarded = await startParley({ config: { metrics: { token } } });
    try {
      expect(await get(guarded, '/metrics')).toMatchObject({ status: 401 });
      expect(await get(guarded, '/metrics', workspace.apiKey)).toMatchObject({ status: 401 });
      expect(await get(guarded, '/metrics', token)).toMatchObject({ status: 200 });
      expect((await get(guarded, '/readyz')).text).toBe('ready\n');
    } finally {
      await guarded.stop();
    }
  });

  it('is not served in production without a token', async () => {
    const closed = await startParley({ config: { metrics: undefined } });
    try {
      expect(await get(closed, '/metrics')).toMatchObject({ status: 404 });
      expect(await get(closed, '/healthz')).toMatchObject({ status: 200 });
    } finally {
      await closed.stop();
    }
  });
});

describe('/metrics of a server without a worker', () => {
  const database = useScratchDatabase();
  const idle = useParley({ databaseUrl: database.url });
  const mine = useWorkspace(idle);

  it('shows how many webhooks wait, and for how long the oldest has been due', TIMEOUT, async () => {
    const backlog = async () =>
      Promise.all([
        valueNow('parley_webhook_backlog{state="due"}', idle),
        valueNow('parley_webhook_backlog{state="retrying"}', idle),
      ]);
    expect(await backlog()).toEqual([0, 0]);
    expect(await valueNow('parley_webhook_oldest_seconds', idle)).toBe(0);
    const { id: endpointId } = await makeEndpoint(mine, { url: 'https://example.com/hook' });
    await succeed(mine, SendTestWebhookDocument, { endpointId });
    await succeed(mine, SendTestWebhookDocument, { endpointId });
    expect(await backlog()).toEqual([2, 0]);
    await database.rows(`UPDATE "WebhookDelivery" SET "nextAttemptAt" = now() - interval '1 hour'`);
    expect(await valueNow('parley_webhook_oldest_seconds', idle)).toBeGreaterThanOrEqual(3_599);
    await database.rows(`UPDATE "WebhookDelivery" SET "nextAttemptAt" = now() + interval '1 hour'`);
    expect(await backlog()).toEqual([0, 2]);
    expect(await valueNow('parley_webhook_oldest_seconds', idle)).toBe(0);
  });
});

describe('/metrics of a server whose connections to the database are all busy', () => {
  const database = useScratchDatabase();
  const small = useParley({ databaseUrl: database.url, config: { databasePoolSize: 4 } });
  const mine = useWorkspace(small);
  const connections = (text: string) =>
    ['busy', 'idle', 'waiting'].map((state) => valueIn(text, `parley_database_connections{state="${state}"}`));

  it('reports that within seconds, and omits what it cannot read', TIMEOUT, async () => {
    await withSql(database.url, async (sql) => {
      // Reads of callers leave some connections; looking up keys may take them all.
      await sql.query('BEGIN; LOCK TABLE "ApiKey"');
      const answers = Array.from({ length: 4 }, () => mine.post('{ conversations { totalCount } }'));
      const held = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      await eventually(async () => (await database.rows(held)).length === 4, 'four statements are held up');
      const began = performance.now();
      const { text } = await get(small, '/metrics');
      expect(performance.now() - began).toBeLessThan(8_000);
      expect(connections(text)).toEqual([4, 0, 0]);
      expect(text).not.toMatch(/^parley_jobs\{/m);
      // What was to be read then still waits.
      expect(connections((await get(small, '/metrics')).text)).toEqual([4, 0, 2]);
      await sql.query('COMMIT');
      for (const { body } of await Promise.all(answers)) expect(body.errors).toBeUndefined();
    });
    const [busy, idle = 0, waiting] = connections((await get(small, '/metrics')).text);
    expect([busy, idle > 0, waiting]).toEqual([0, true, 0]);
  });
});
