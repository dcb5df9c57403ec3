import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { eventually } from '../live/support/listen.js';
import { uuidOf } from '../support/ids.js';
import { startParley, type TestServer } from '../support/parley.js';
import { loggedIds, newWorkspace, type Workspace, withSql } from './support/log-rows.js';
import { resumeAlways } from './support/resuming-client.js';
import { cursorNow, writeOnce } from './support/writers.js';

const databaseUrl = inject('databaseUrl');
let servers: TestServer[] = [];
beforeAll(async () => {
  servers = [await startParley(), await startParley()];
});
afterAll(() => Promise.all(servers.map(({ stop }) => stop())));

const HELD_MS = 5_000;

/** Appends an event as an action does, and commits only after a while. */
async function holdLog({ id }: Workspace, onHeld: (holder: number) => void): Promise<void> {
  await withSql(databaseUrl, async (sql) => {
    await sql.query('BEGIN');
    await sql.query(
      `WITH head AS (
         UPDATE "EventHead" SET position = position + 1, "eventId" = gen_random_uuid() WHERE "workspaceId" = $1
         RETURNING position, "eventId")
       INSERT INTO "Event" ("workspaceId", position, id, type, "conversationId", "actorType", "actorId", payload, "occurredAt")
       SELECT e."workspaceId", head.position, head."eventId", e.type, e."conversationId", e."actorType", e."actorId", e.payload, now()
       FROM head, "Event" e WHERE e."workspaceId" = $1 AND e.position = 1`,
      [uuidOf(id)],
    );
    const { rows } = await sql.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    onHeld(rows[0]?.pid ?? 0);
    await sleep(HELD_MS);
    await sql.query('COMMIT');
  });
}

async function waitingFor(holder: number): Promise<number> {
  return withSql(databaseUrl, async (sql) => {
    const text = 'SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))';
    return (await sql.query<{ waiting: number }>(text, [holder])).rows[0]?.waiting ?? 0;
  });
}

it('a transaction that locks a log for 5 s delays only its own workspace, and no event is lost', {
  timeout: 60_000,
}, async () => {
  const held = await newWorkspace(databaseUrl);
  const other = await newWorkspace(databaseUrl);
  const callers = ({ apiKey }: Workspace) => servers.map(({ url }) => ({ url, apiKey }));
  const [first, second] = callers(held);
  const [elsewhere] = callers(other);
  if (!first || !second || !elsewhere) throw new Error('The servers are missing.');
  await writeOnce(first, []);
  const after = await cursorNow(first);
  const clients = servers.map(({ url }) => resumeAlways({ nextUrl: () => url, apiKey: held.apiKey, after }));
  const otherClient = resumeAlways({
    nextUrl: () => second.url,
    apiKey: other.apiKey,
    after: await cursorNow(elsewhere),
  });
  try {
    let committed = false;
    const holder = await new Promise<{ pid: number; done: Promise<void> }>((resolve, reject) => {
      const done = holdLog(held, (pid) => resolve({ pid, done })).then(() => {
        committed = true;
      });
      done.catch(reject);
    });
    let written = 0;
    const writes = [first, second, first, second].map(async (caller) => {
      await writeOnce(caller, []);
      written += 1;
    });
    await eventually(async () => (await waitingFor(holder.pid)) > 0, 'a writer that waits');
    for (let times = 1; times <= 10; times += 1) {
      await writeOnce(elsewhere, []);
      await eventually(() => otherClient.ids.length >= times, 'the event of the other workspace');
    }
    expect({ committed, written, heard: clients.map(({ ids }) => ids.length) }).toEqual({
      committed: false,
      written: 0,
      heard: [0, 0],
    });
    await holder.done;
    await Promise.all(writes);
    const logged = (await loggedIds(databaseUrl, held)).slice(1);
    expect(logged).toHaveLength(5);
    for (const client of clients) {
      await eventually(() => client.ids.length >= logged.length, 'all events');
      expect(client.ids).toEqual(logged);
    }
  } finally {
    for (const client of [...clients, otherClient]) client.stop();
  }
});
