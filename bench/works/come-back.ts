import { setTimeout as sleep } from 'node:timers/promises';
import { encodeId } from '../../src/lib/ids.js';
import { uuidv7 } from '../../src/seed/draw.js';
import type { Bench, Work } from '../harness/bench.js';
import { type Contestant, latest, limit, parley } from '../harness/contestants.js';
import { withClient } from '../harness/database.js';
import { send } from '../harness/load.js';
import type { Server } from '../harness/process.js';
import { measuredOf, type Row, targetOf } from '../harness/results.js';
import { rotated } from '../harness/rounds.js';
import { openSockets } from '../harness/sockets.js';
import { median } from '../harness/statistics.js';

const CLIENTS = 1000;
/** Of each client's conversation: in all, 10 minutes of 10 events a second. */
const EVENTS_EACH = 6;
const ROUNDS = 3;
/** As after a cut of the network, not of the server: all have come back to it before. */
const WARM_UPS = 3;
const CPU = 'CPU';
const THROUGHPUT = 'throughput';
const MEMORY = 'memory';
const MEMORY_TARGET = 150;
const SAMPLE_MS = 20;
/** For longer than a server keeps a part of the log for others who read it. */
const FORGOTTEN_MS = 6_000;
/** Whoever gets anything twice has got it by then. */
const LATE_MS = 500;

/** As if each client had a caller of its own, which 16 keys stand for. */
const LIMITS = { MAX_DISTINCT_SUBSCRIPTIONS: '1000', RATE_LIMIT_KEY: '0' };

const LIST = `subscription Follow($filter: ConversationFilter, $after: String) {
  conversationChanges(filter: $filter, after: $after) {
    ... on ConversationUpsert { entered conversation { id status subject } }
    ... on ConversationRemoval { conversationId reason }
  }
}`;

const contestants = [parley(latest), limit(latest)];

/** Where all left off, and the contacts whose conversations they follow. */
type Absence = { cursor: string; position: string; contactIds: string[] };

/** Adds events as if messages had been sent in turn to conversations of different contacts. */
async function leave(bench: Bench): Promise<Absence> {
  const { url, scene } = bench.database;
  const server = await bench.server(parley(latest));
  const answer = await send(server.url, {
    path: '/graphql',
    headers: { authorization: `Bearer ${scene.apiKeys[0]}` },
    body: JSON.stringify({ query: '{ eventCursor }' }),
    contains: 'eventCursor',
  });
  return withClient(url, async (client) => {
    const head = await client.query('SELECT position::text FROM "EventHead" WHERE "workspaceId" = $1', [
      scene.workspaceId,
    ]);
    const added = await client.query<{ contactId: string }>(
      `WITH chosen AS MATERIALIZED (
         SELECT *, row_number() OVER (ORDER BY id) AS n FROM (
           SELECT DISTINCT ON (e."contactId") e.* FROM "Event" e JOIN "Conversation" c
             ON c."workspaceId" = e."workspaceId" AND c.id = e."conversationId"
           WHERE e."workspaceId" = $1 AND e.type = 'message.added' AND c."ownerId" IS NULL AND e."contactId" IS NOT NULL
             -- Nothing is to happen to them meanwhile.
             AND NOT EXISTS (SELECT FROM "Conversation" s WHERE s."workspaceId" = e."workspaceId"
               AND s."contactId" = e."contactId" AND (s.status = 'SNOOZED' OR s."expiresAt" IS NOT NULL))
           ORDER BY e."contactId", e.position DESC LIMIT ${CLIENTS}) last
       ), added AS (
         INSERT INTO "Event" ("workspaceId", position, id, type, "conversationId", "contactId", "ownerId", "actorType",
           "actorId", payload, "occurredAt")
         SELECT e."workspaceId", h.position + time * ${CLIENTS} + n, ${uuidv7('now()')}, e.type, e."conversationId",
           e."contactId", e."ownerId", e."actorType", e."actorId", e.payload, now()
         FROM "EventHead" h JOIN chosen e ON e."workspaceId" = h."workspaceId"
           CROSS JOIN generate_series(0, ${EVENTS_EACH - 1}) time
         RETURNING position, id, "workspaceId"
       ), moved AS (
         UPDATE "EventHead" h SET position = last.position, "eventId" = last.id
         FROM (SELECT * FROM added ORDER BY position DESC LIMIT 1) last WHERE h."workspaceId" = last."workspaceId"
       ) SELECT "contactId" FROM chosen`,
      [scene.workspaceId],
    );
    if (added.rows.length < CLIENTS) throw new Error(`Only ${added.rows.length} contacts have messages.`);
    return {
      cursor: JSON.parse(answer.toString()).data.eventCursor,
      position: head.rows[0]?.position,
      contactIds: added.rows.map(({ contactId }) => contactId),
    };
  });
}

/**
 * Lets all come back at once, until each has what it missed. Returns how to end that, which fails if any got more than its
 * conversation as it is.
 */
async function comeBackTo(
  bench: Bench,
  { kind }: Contestant,
  server: Server,
  absence: Absence,
): Promise<() => Promise<void>> {
  const { scene } = bench.database;
  const { cursor: after, position, contactIds } = absence;
  if (kind === 'Limit') {
    const request = (contactId: string) => ({
      path: '/missed',
      body: JSON.stringify({ workspaceId: scene.workspaceId, contactId, position }),
      // Spaces are those of PostgreSQL.
      contains: `"events" : ${EVENTS_EACH}`,
    });
    await Promise.all(contactIds.map((contactId) => send(server.url, request(contactId))));
    return async () => undefined;
  }
  const subscriptions = contactIds.map((contactId, index) => ({
    apiKey: scene.apiKeys[index % scene.apiKeys.length] ?? '',
    query: LIST,
    variables: { filter: { contactId: encodeId('Contact', contactId) }, after },
  }));
  const sockets = await openSockets(server.url, subscriptions, { atOnce: CLIENTS });
  await sockets.until(CLIENTS);
  return async () => {
    await sleep(LATE_MS);
    if (sockets.reached() !== CLIENTS || sockets.received() !== CLIENTS) {
      throw new Error(`${sockets.reached()} of ${CLIENTS} clients have got ${sockets.received()} results.`);
    }
    await sockets.close();
  };
}

type Ready = { contestant: Contestant; server: Server };

async function measureOnce(bench: Bench, { contestant, server }: Ready, absence: Absence) {
  await sleep(Math.max(FORGOTTEN_MS, bench.scale.settleMs));
  const [rss, cpu, began] = [await server.rss(), await server.cpuMs(), performance.now()];
  let [highest, done] = [rss, false];
  const watch = async () => {
    for (; !done; await sleep(SAMPLE_MS)) highest = Math.max(highest, await server.rss());
  };
  const watching = watch();
  const end = await comeBackTo(bench, contestant, server, absence).finally(() => {
    done = true;
  });
  const seconds = (performance.now() - began) / 1000;
  const used = (await server.cpuMs()) - cpu;
  await watching;
  await end();
  return {
    [CPU]: used / CLIENTS,
    [THROUGHPUT]: CLIENTS / seconds,
    [MEMORY]: (highest - rss) / 1024 ** 2,
  };
}

export const comeBack: Work = {
  name: 'come-back',
  run: async (bench) => {
    const absence = await leave(bench);
    const measured = new Map<string, Record<string, number>[]>(contestants.map(({ name }) => [name, []]));
    const ready: Ready[] = [];
    try {
      for (const contestant of contestants) {
        ready.push({ contestant, server: await contestant.start(bench.database, LIMITS) });
      }
      for (let round = -WARM_UPS; round < ROUNDS; round += 1) {
        for (const each of rotated(ready, round + WARM_UPS)) {
          const { name } = each.contestant;
          bench.progress.show(`come-back: ${round < 0 ? 'warming up' : `round ${round + 1} of ${ROUNDS}`}, ${name}`);
          const result = await measureOnce(bench, each, absence);
          if (round >= 0) measured.get(name)?.push(result);
        }
      }
    } finally {
      for (const { server } of ready) await server.stop();
    }
    const rows: Row[] = [...measured].map(([contestant, all]) => ({
      contestant,
      values: Object.fromEntries(
        [CPU, THROUGHPUT, MEMORY].map((name) => [name, median(all.map((each) => each[name] ?? Number.NaN))]),
      ),
    }));
    const [own, bare] = [`Parley, ${latest.name}`, `limit, ${latest.name}`];
    const events = (CLIENTS * EVENTS_EACH).toLocaleString('en');
    return {
      work: 'come-back',
      title: `${CLIENTS.toLocaleString('en')} clients come back to their lists at once, after ${events} events`,
      measures: [
        { name: CPU, unit: 'ms per client', better: 'less' },
        { name: THROUGHPUT, unit: 'clients/s', better: 'more' },
        { name: MEMORY, unit: 'MB of growth', better: 'less' },
      ],
      rows,
      targets: [
        targetOf(rows, [THROUGHPUT, own, bare], 'more', 0.5),
        { name: 'memory growth in MB', ratio: measuredOf(rows, own, MEMORY), better: 'less', target: MEMORY_TARGET },
      ],
      notes: [
        'Each follows the conversations of one contact, in which 6 events happened; Parley tells it what became of the conversation. The limit answers a request of each with one prepared statement that returns the events as JSON, without a key or a subscription. Both have served as many three times before.',
      ],
    };
  },
};
