import pg from 'pg';
import { afterEach, expect, it, vi } from 'vitest';
import { eventTypes } from '../domain/conversations/support/history.js';
import { type Program, startServer, TIMEOUT } from '../e2e/support/program.js';
import { SnoozeConversationDocument } from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { readConversation } from '../support/conversations.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { uuidOf } from '../support/ids.js';
import { makeConversation } from '../support/make.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { PATIENCE, startWorkerProcess } from './support/worker-process.js';

const database = useScratchDatabase();
const workspace = useWorkspace(useParley({ databaseUrl: database.url }));
const workers: Program[] = [];
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop('SIGKILL')));
});

async function startWorker(env: NodeJS.ProcessEnv = {}): Promise<Program> {
  const worker = await startWorkerProcess(database.url, env);
  workers.push(worker);
  return worker;
}

/** Makes conversations whose snooze is over, while nobody is there to wake them. */
async function makeDue(count: number): Promise<string[]> {
  const make = async () => {
    const { id } = await makeConversation(workspace);
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await succeed(workspace, SnoozeConversationDocument, { conversationId: id, until });
    return id;
  };
  const ids: string[] = [];
  while (ids.length < count) ids.push(...(await Promise.all(Array.from({ length: 20 }, make))));
  // The server refuses a time that is not later than now, so the hour is skipped behind its back.
  await database.rows(`UPDATE "Conversation" SET "snoozedUntil" = now() WHERE "snoozedUntil" > now()`);
  await database.rows(`SELECT FROM graphile_worker.reschedule_jobs(
    ARRAY(SELECT id FROM graphile_worker.jobs WHERE key LIKE 'wake-conversation:%'), run_at := now())`);
  return ids;
}

/** How often each of these conversations was woken. */
async function wakings(ids: string[]): Promise<number[]> {
  const rows = await database.rows<{ conversationId: string; count: number }>(
    `SELECT "conversationId", count(*)::int AS count FROM "Event" WHERE type = 'conversation.woken' GROUP BY 1`,
  );
  const counts = new Map(rows.map(({ conversationId, count }) => [conversationId, count]));
  return ids.map((id) => counts.get(uuidOf(id)) ?? 0);
}

it('a server with WORKER=off leaves all jobs to others, and one without runs them', TIMEOUT, async () => {
  const working = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'parley-worker'`;
  const ids = await makeDue(1);
  const startWith = async (env: NodeJS.ProcessEnv) => {
    const server = await startServer({ env: { DATABASE_URL: database.url, ...env } });
    workers.push(server);
  };
  await startWith({ WORKER: 'off' });
  expect(await database.rows(working)).toEqual([]);
  expect(await wakings(ids)).toEqual(ids.map(() => 0));
  await startWith({});
  await vi.waitFor(async () => expect(await wakings(ids)).toEqual(ids.map(() => 1)), PATIENCE);
  expect(await database.rows(working)).not.toEqual([]);
});

it('two processes, one of which restarts in between, wake each of 200 conversations once', TIMEOUT, async () => {
  const ids = await makeDue(200);
  const [first] = await Promise.all([startWorker(), startWorker()]);
  const woken = async () => (await wakings(ids)).filter((times) => times > 0).length;
  await vi.waitFor(async () => expect(await woken()).toBeGreaterThan(20), PATIENCE);
  expect(await first.stop()).toMatchObject({ code: 0 });
  await startWorker();
  await vi.waitFor(async () => expect(await woken()).toBe(200), PATIENCE);
  expect(new Set(await wakings(ids))).toEqual(new Set([1]));
  const left = "SELECT FROM graphile_worker.jobs WHERE key LIKE 'wake-conversation:%'";
  await vi.waitFor(async () => expect(await database.rows(left)).toEqual([]), PATIENCE);
});

/** Lets a worker begin to wake a conversation, and holds it up there while `meanwhile` runs. */
async function inTheMiddle(worker: () => Promise<Program>, meanwhile: (id: string, worker: Program) => Promise<void>) {
  const [id = ''] = await makeDue(1);
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  try {
    await holder.query('BEGIN');
    // Its job waits for this row.
    await holder.query('SELECT FROM "Conversation" WHERE id = $1 FOR UPDATE', [uuidOf(id)]);
    const started = await worker();
    await vi.waitFor(async () => expect(await lockedBy(id)).toEqual([expect.any(String)]), PATIENCE);
    await meanwhile(id, started);
  } finally {
    await holder.end();
  }
  return id;
}

/** The runner that has taken the timer of a conversation. */
async function lockedBy(id: string): Promise<(string | null)[]> {
  const rows = await database.rows<{ locked_by: string | null }>(
    `SELECT locked_by FROM graphile_worker.jobs WHERE key = 'wake-conversation:${uuidOf(id)}'`,
  );
  return rows.map(({ locked_by }) => locked_by);
}

async function expectWokenOnce(id: string): Promise<void> {
  await vi.waitFor(
    async () => expect(await readConversation(workspace, id)).toMatchObject({ status: 'OPEN' }),
    PATIENCE,
  );
  expect(await eventTypes(workspace, id)).toEqual([
    'conversation.created',
    'conversation.snoozed',
    'conversation.woken',
  ]);
}

it('a job of a killed process is taken over by another within seconds', TIMEOUT, async () => {
  const id = await inTheMiddle(startWorker, async (_id, doomed) => {
    await doomed.stop('SIGKILL');
    await startWorker();
  });
  await expectWokenOnce(id);
});

it('a stopping process finishes its jobs', TIMEOUT, async () => {
  let ended: Promise<unknown> | undefined;
  const id = await inTheMiddle(startWorker, async (_id, worker) => {
    ended = worker.stop('SIGTERM');
  });
  expect(await ended).toMatchObject({ code: 0 });
  await expectWokenOnce(id);
});

it('a process out of shutdown time leaves its jobs to another one', TIMEOUT, async () => {
  const id = await inTheMiddle(
    () => startWorker({ SHUTDOWN_SECONDS: '1' }),
    async (id, worker) => {
      expect(await worker.stop('SIGTERM')).toMatchObject({ code: 0 });
      expect(await lockedBy(id)).toEqual([null]);
    },
  );
  expect(await readConversation(workspace, id)).toMatchObject({ status: 'SNOOZED' });
  await startWorker();
  await expectWokenOnce(id);
});

it('a worker process serves probes and metrics, and nothing else', TIMEOUT, async () => {
  const { output } = await startWorker();
  const url = /http:\S+(?=\/healthz)/.exec(output.stdout)?.[0] ?? '';
  const statusOf = async (path: string) => (await fetch(new URL(path, url))).status;
  expect(await Promise.all(['/healthz', '/readyz', '/metrics', '/graphql'].map(statusOf))).toEqual([
    200, 200, 200, 404,
  ]);
});
