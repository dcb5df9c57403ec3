import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, inject, it } from 'vitest';
import type { Subscriber } from '../../src/live/subscriber.js';
import type { SharedWork } from '../../src/live/subscription-group.js';
import { eventually } from '../live/support/listen.js';
import { useParley } from '../support/fixtures.js';
import { uuidOf } from '../support/ids.js';
import { loggedIds, newWorkspace, withSql } from './support/log-rows.js';
import { resumeAlways } from './support/resuming-client.js';
import { cursorNow, makeUsers, write, writeOnce } from './support/writers.js';

const databaseUrl = inject('databaseUrl');
const PING_MS = 3_000;
const parley = useParley({ pingMs: PING_MS });

setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');

/** The memory that is really in use. */
function megabytesInUse(): number {
  if (typeof collectGarbage === 'function') {
    collectGarbage();
    // What the first one has found to be held by nothing but objects that it removes, such as buffers.
    collectGarbage();
  }
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}

const EVENTS = 3_000;
const SUBJECT = 'long '.repeat(99);
const LARGE = `conversation { ${Array.from({ length: 20 }, (_, index) => `s${index}: subject`).join(' ')} }`;

describe('clients that read nothing', () => {
  it('use no memory, slow nobody down, are dropped, and get everything when they reconnect', {
    timeout: 180_000,
  }, async () => {
    const workspace = await newWorkspace(databaseUrl);
    const caller = { url: parley.url, apiKey: workspace.apiKey };
    const participantIds = await makeUsers(caller, 49);
    const options = {
      nextUrl: () => parley.url,
      apiKey: workspace.apiKey,
      fields: LARGE,
      after: await cursorNow(caller),
    };
    const reader = resumeAlways(options);
    const stalled = Array.from({ length: 5 }, () => resumeAlways(options));
    const clients = [reader, ...stalled];
    try {
      await writeOnce(caller, [], SUBJECT);
      await eventually(() => clients.every(({ ids }) => ids.length === 1), 'the first event');
      for (const client of stalled) client.pause();
      const before = megabytesInUse();
      await write({ writers: 4, each: EVENTS / 4 / 50, participantIds, subject: SUBJECT, callerFor: () => caller });
      await eventually(() => reader.ids.length === EVENTS + 1, 'all events at who reads', 60_000);
      // Each of the others has some 30 MB before it, of which the network takes a part.
      expect(megabytesInUse() - before).toBeLessThan(40);
      await eventually(() => parley.live.fanOut.size().subscribers === 1, 'the end of who does not read', 60_000);
      const logged = await loggedIds(databaseUrl, workspace);
      expect(reader.ids).toEqual(logged);
      expect(reader.subscriptions()).toBe(1);
      for (const client of stalled) {
        expect(client.ids.length).toBeLessThan(logged.length);
        client.cut();
      }
      for (const client of stalled) {
        await eventually(() => client.ids.length >= logged.length, 'what was missed', 60_000);
        expect(client.ids).toEqual(logged);
      }
    } finally {
      for (const client of clients) client.stop();
    }
    await eventually(() => parley.live.fanOut.size().groups === 0, 'nothing left');
  });
});

describe('a burst of events', () => {
  it('reaches every subscriber of a group once and in order, even slow ones, and is executed once for the others', {
    timeout: 60_000,
  }, async () => {
    const workspace = await newWorkspace(databaseUrl);
    const workspaceId = uuidOf(workspace.id);
    await writeOnce({ url: parley.url, apiKey: workspace.apiKey }, []);
    let executed = 0;
    const work: SharedWork = {
      key: workspace.id,
      workspaceId,
      deliver: async (batch) => {
        executed += batch.length;
        await sleep(1);
        return batch.map(({ position, id }) => ({
          position: Number(position),
          eventId: id,
          result: { data: { position: Number(position) } },
          bytes: 100,
        }));
      },
    };
    const behind = { position: 1, eventId: null };
    const subscribers = await Promise.all(Array.from({ length: 20 }, () => parley.live.fanOut.subscribe(work, behind)));
    const readers = subscribers.map((subscriber, index) => collect(subscriber, index === 0 ? 2 : 0));
    const haveAll = (head: number) => readers.every(({ positions }) => positions.length === head - 1);
    let head = 1;
    // Whoever still reads the log when an event comes executes it once more.
    await eventually(async () => {
      const before = executed;
      head += await addEvents(workspaceId, 1);
      await eventually(() => haveAll(head), 'one event at every subscriber');
      return executed === before + 1;
    }, 'subscribers that have all come to the end of the log');

    executed = 0;
    head += await addEvents(workspaceId, EVENTS);
    await eventually(() => haveAll(head), 'all events at every subscriber', 40_000);
    const expected = Array.from({ length: head - 1 }, (_, index) => index + 2);
    for (const { positions } of readers) expect(positions).toEqual(expected);
    // Once for all, and once more for the slow one.
    expect(executed).toBeLessThanOrEqual(EVENTS * 3);
    for (const { stop } of readers) stop();
  });
});

/** Adds copies of a workspace's first event to its log. Returns how many. */
async function addEvents(workspaceId: string, count: number): Promise<number> {
  await withSql(databaseUrl, (sql) =>
    sql.query(
      `WITH head AS (UPDATE "EventHead" SET position = position + $2 WHERE "workspaceId" = $1 RETURNING position - $2 AS position)
       INSERT INTO "Event" ("workspaceId", position, id, type, "conversationId", "actorType", "actorId", payload, "occurredAt")
       SELECT e."workspaceId", head.position + n, gen_random_uuid(), e.type, e."conversationId", e."actorType", e."actorId", e.payload, now()
       FROM head, generate_series(1, $2) AS n, "Event" e WHERE e."workspaceId" = $1 AND e.position = 1`,
      [workspaceId, count],
    ),
  );
  return count;
}

/** Collects the positions of the results. */
function collect(subscriber: Subscriber, pauseMs: number): { positions: unknown[]; stop: () => void } {
  const positions: unknown[] = [];
  void (async () => {
    for await (const { data } of subscriber) {
      positions.push(data?.position);
      if (pauseMs > 0) await sleep(pauseMs);
    }
  })();
  return { positions, stop: () => subscriber.end() };
}
