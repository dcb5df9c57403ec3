import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/db/client.js';
import type { Reader } from '../../src/db/read-gate.js';
import { CONNECT_QUERY } from '../../src/db/session-settings.js';
import { runToEnd, TIMEOUT } from '../e2e/support/program.js';
import { SendMessageDocument, SnoozeConversationDocument } from '../generated/operations.js';
import { connect, eventually, listen } from '../live/support/listen.js';
import { act, succeed } from '../support/act.js';
import { readConversation } from '../support/conversations.js';
import { holdMessages, untilWaiting } from '../support/held-messages.js';
import { makeConversation } from '../support/make.js';
import { expectType, startParley, type TestServer } from '../support/parley.js';
import { hasPgBouncer, type Pooler, startPooler, throughPooler, transactionMode } from '../support/pooler.js';
import { useScratchDatabase, withClient } from '../support/scratch-database.js';
import { makeEndpoint } from '../webhook-delivery/support/endpoints.js';
import { startReceiver } from '../webhook-delivery/support/receiver.js';

/** Fewer than a process has connections to the pooler. */
const SESSIONS = 3;
const POOL = 12;
const PATIENCE_MS = 30_000;
/** Before idle connections of a server that goes past the pooler would be closed. */
const SOON_MS = 5_000;
/** A machine that does much else takes its time for as much. */
const SLOW = { timeout: 120_000 };

const fewSessions = (text: string) => text.replace(/^default_pool_size = .*$/m, `default_pool_size = ${SESSIONS}`);
const unset = (text: string) => fewSessions(text).replace(/ connect_query='[^']*'/, '');

it('deploy/pgbouncer.ini sets what the code relies on, in no more than PgBouncer takes', async () => {
  expect(await readFile('deploy/pgbouncer.ini', 'utf8')).toContain(` connect_query='${CONNECT_QUERY}'\n`);
  expect(CONNECT_QUERY).not.toContain("'");
  // What it sends to PostgreSQL itself has 512 bytes, with 6 of the protocol.
  expect(CONNECT_QUERY.length).toBeLessThan(506);
});

describe.skipIf(!hasPgBouncer)('behind PgBouncer in transaction mode (only where it is installed)', () => {
  const scratch = useScratchDatabase();
  let pooler: Pooler;
  let poolUrl = '';
  beforeAll(async () => {
    const name = new URL(scratch.url).pathname.slice(1);
    for (const setting of ["TimeZone = 'America/New_York'", "default_transaction_isolation = 'serializable'"]) {
      await scratch.rows(`ALTER DATABASE ${name} SET ${setting}`);
    }
    pooler = await startPooler(scratch.url, transactionMode, fewSessions);
    poolUrl = throughPooler(scratch.url, pooler.port);
  });
  afterAll(() => pooler?.stop());

  const open = (options: Partial<Parameters<typeof openDatabase>[0]> = {}) => {
    const database = openDatabase({ url: scratch.url, poolUrl, poolSize: POOL, ...options });
    onTestFinished(() => database.close());
    return database;
  };

  const sessions = async () =>
    (
      await scratch.rows<{ count: number }>(
        "SELECT count(*)::int FROM pg_stat_activity WHERE application_name = 'parley' AND datname = current_database()",
      )
    )[0]?.count ?? 0;

  describe('a server', () => {
    let parley: TestServer;
    beforeAll(async () => {
      const config = { databasePoolUrl: poolUrl, databasePoolSize: POOL, worker: true, webhookAllowPrivate: true };
      parley = await startParley({ databaseUrl: scratch.url, config });
    });
    afterAll(() => parley?.stop());

    it('writes, notifies, repeats answers, wakes and sends webhooks, with few sessions', SLOW, async () => {
      const workspace = await parley.newWorkspace();
      const { id } = await makeConversation(workspace);
      const receiver = await startReceiver();
      await makeEndpoint(workspace, { url: receiver.url });
      const client = connect(parley.url, workspace.apiKey);
      onTestFinished(() => client.dispose());
      const before = parley.live.fanOut.size().subscribers;
      const heard = listen(client, 'subscription { events { type } }', {});
      // A subscription begins after what is logged already.
      await eventually(() => parley.live.fanOut.size().subscribers === before + 1, 'the subscription');

      const count = 2 * POOL;
      const twice = Array.from({ length: count }, (_, number) => {
        const input = { conversationId: id, text: `Message ${number}`, idempotencyKey: `message-${number}` };
        return [input, input];
      }).flat();
      const answers = await Promise.all(twice.map((input) => act(workspace, SendMessageDocument, input)));
      // Beside those of the test's own client, which goes past the pooler.
      const own = () => parley.database.connections();
      const isFew = async () => (await sessions()) <= SESSIONS + own().busy + own().idle;
      await eventually(isFew, 'that there are few sessions', SOON_MS);
      const sent = answers.map((answer) => expectType(answer, 'SendMessagePayload').messageEdge.node.id);
      expect(new Set(sent).size).toBe(count);
      for (let first = 0; first < sent.length; first += 2) expect(sent[first]).toBe(sent[first + 1]);

      const until = new Date(Date.now() + 5_000).toISOString();
      await succeed(workspace, SnoozeConversationDocument, { conversationId: id, until });
      await eventually(() => heard.results.length === count + 2, 'the events', PATIENCE_MS);
      expect(await readConversation(workspace, id)).toMatchObject({ status: 'OPEN', snoozedUntil: null });
      await eventually(() => receiver.received.length === count + 2, 'the webhooks', PATIENCE_MS);
    });
  });

  it('a server cancels the query whose client has gone, and no other', async () => {
    const config = { databasePoolUrl: poolUrl, databasePoolSize: POOL };
    const parley = await startParley({ databaseUrl: scratch.url, config });
    onTestFinished(() => parley.stop());
    const workspace = await parley.newWorkspace();
    const letGo = await holdMessages(scratch.url);
    const send = (signal?: AbortSignal) =>
      fetch(parley.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${workspace.apiKey}` },
        body: JSON.stringify({ query: '{ messages { totalCount } }' }),
        ...(signal ? { signal } : {}),
      });
    const left = new AbortController();
    const [gone, stays] = [send(left.signal).catch(() => undefined), send()];
    await untilWaiting(scratch, 2);
    left.abort();
    await gone;
    await untilWaiting(scratch, 1);
    await letGo();
    expect(await (await stays).json()).toEqual({ data: { messages: { totalCount: 0 } } });
  });

  describe('a database', () => {
    let reader: Reader | null = null;
    beforeEach(() => {
      reader = null;
    });
    const currentReader = () => reader;

    it('has a statement leave the queue of the pooler when nobody waits for it any more', async () => {
      const { read, transaction, connections } = open({ currentReader });
      const all = SESSIONS + 1;
      await Promise.all(Array.from({ length: all }, () => read`SELECT pg_sleep(0.01)::text`));
      const left = new AbortController();
      const holdAll = (sessions: number): Promise<void> =>
        transaction(async ({ tx }) => {
          await tx.$queryRaw`SELECT 1`;
          if (sessions > 1) return holdAll(sessions - 1);
          reader = { workspaceId: 'one', callerId: 'ada', signal: left.signal };
          const queued = read`SELECT 1`.catch((error: unknown) => String(error));
          await eventually(() => connections().busy === all, 'that it is sent');
          left.abort();
          expect(await queued).toContain('Connection terminated');
        });
      await holdAll(SESSIONS);
    });

    it('looks up what arrives in several pieces, and leaves others as they are where one fails', async () => {
      reader = { workspaceId: 'one', callerId: 'ada' };
      const { lookUp } = open({ currentReader });
      const lengthOf = (text: string) => lookUp<{ length: number }>`SELECT length(${text}::text) AS length`;
      const large = 'x'.repeat(2_000_000);
      for (let round = 0; round < 10; round += 1) {
        const texts = ['', large.slice(round), 'short', large];
        const found = await Promise.all(texts.map(lengthOf));
        expect(found.flat().map(({ length }) => length)).toEqual(texts.map(({ length }) => length));
      }

      const divide = (by: number) => lookUp<{ one: number }>`SELECT 1 / ${by}::int AS one`;
      const [before, failed, fine] = await Promise.allSettled([divide(1), divide(0), divide(1)]);
      expect(failed).toMatchObject({ status: 'rejected', reason: { code: '22012' } });
      expect([before, fine]).toEqual(Array(2).fill({ status: 'fulfilled', value: [{ one: 1 }] }));
    });

    it('notifies and locks in a transaction, and keeps all settings in each', async () => {
      const { transaction, read } = open();
      await withClient(scratch.url, async (listener) => {
        const heard: (string | undefined)[] = [];
        listener.on('notification', ({ payload }) => heard.push(payload));
        await listener.query('LISTEN changes');
        await transaction(async ({ tx }) => {
          await tx.$queryRaw`SELECT pg_advisory_xact_lock(2)::text`;
          await tx.$queryRaw`SELECT pg_notify('changes', 'one')::text`;
          const { rows } = await listener.query('SELECT pg_try_advisory_xact_lock(2) AS free');
          expect(rows).toEqual([{ free: false }]);
        });
        await eventually(() => heard.length === 1, 'the notification');
        expect(heard).toEqual(['one']);
      });
      const settings = () => read`
        SELECT current_setting('TimeZone') AS zone, current_setting('statement_timeout') AS statement,
          current_setting('default_transaction_isolation') AS isolation, pg_sleep(0.01)::text`;
      const found = await Promise.all(Array.from({ length: 2 * POOL }, settings));
      for (const [row] of found)
        expect(row).toMatchObject({ zone: 'UTC', statement: '30s', isolation: 'read committed' });
    });

    it('refuses the connections of a pooler that no longer sets them, and is not ready meanwhile', async () => {
      onTestFinished(() => pooler.reload(fewSessions));
      const told: string[] = [];
      const { read, isReady } = open({ onUnsettled: (message) => told.push(message) });
      await eventually(isReady, 'that it is ready', PATIENCE_MS);
      await pooler.reload(unset);
      const few = () => Promise.allSettled(Array.from({ length: POOL }, () => read`SELECT pg_sleep(0.01)::text`));
      const refused = async () => (await few()).some(({ status }) => status === 'rejected') && !(await isReady());
      await eventually(refused, 'the refusal', PATIENCE_MS);
      expect(told[0]).toContain(`connect_query='${CONNECT_QUERY}'`);

      await pooler.reload(fewSessions);
      await eventually(isReady, 'that it is ready again', PATIENCE_MS);
      const served = async () => (await few()).every(({ status }) => status === 'fulfilled');
      await eventually(served, 'that all are served', PATIENCE_MS);
    });

    it('makes do with the connections that the pooler allows', async () => {
      const own = await startPooler(scratch.url, transactionMode, (text) =>
        text.replace(/^max_client_conn = .*$/m, 'max_client_conn = 4'),
      );
      onTestFinished(() => own.stop());
      const { read } = open({ poolUrl: throughPooler(scratch.url, own.port) });
      const found = await Promise.all(Array.from({ length: POOL }, () => read`SELECT pg_sleep(0.01)::text`));
      expect(found).toHaveLength(POOL);
    });

    it('is not ready without its pooler', async () => {
      const own = await startPooler(scratch.url, transactionMode);
      const { isReady } = open({ poolUrl: throughPooler(scratch.url, own.port) });
      await eventually(isReady, 'that it is ready', PATIENCE_MS);
      await own.stop();
      await eventually(async () => !(await isReady()), 'that it is not ready');
    });
  });

  describe('a start is refused with one line', () => {
    const refusal = async (DATABASE_POOL_URL: string) => {
      const { code, stdout, stderr } = await runToEnd({ env: { DATABASE_URL: scratch.url, DATABASE_POOL_URL } });
      expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({ code: 1, stdout: '', lines: 2 });
      return stderr.trim();
    };

    it('where the pooler does not set what the code relies on', TIMEOUT, async () => {
      const other = await startPooler(scratch.url, transactionMode, unset);
      onTestFinished(() => other.stop());
      const line = await refusal(throughPooler(scratch.url, other.port));
      expect(line).toMatch(
        /^DATABASE_POOL_URL: The pooler does not set TimeZone, .*idle_in_transaction_session_timeout /,
      );
      expect(line).toContain(`connect_query='${CONNECT_QUERY}'`);
    });

    it('where the pooler resets its sessions after each transaction', TIMEOUT, async () => {
      const other = await startPooler(scratch.url, transactionMode, (text) =>
        fewSessions(text).replace('[pgbouncer]', '[pgbouncer]\nserver_reset_query_always = 1'),
      );
      onTestFinished(() => other.stop());
      expect(await refusal(throughPooler(scratch.url, other.port))).toMatch(
        /^DATABASE_POOL_URL: The pooler does not set/,
      );
    });

    it('where it leads to another database, or nowhere', TIMEOUT, async () => {
      const elsewhere = throughPooler(inject('databaseUrl'), pooler.port);
      expect(await refusal(elsewhere)).toMatch(
        /^DATABASE_POOL_URL: the database .* is not the database of DATABASE_URL/,
      );
      const own = await startPooler(scratch.url, transactionMode);
      await own.stop();
      const nowhere = throughPooler(scratch.url, own.port);
      expect(await refusal(nowhere)).toMatch(/^DATABASE_POOL_URL: the database .* cannot be reached \(.*ECONNREFUSED/);
    });
  });
});
