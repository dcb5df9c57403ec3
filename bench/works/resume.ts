import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from '../../src/seed/draw.js';
import type { Bench, Work } from '../harness/bench.js';
import { type Contestant, latest, limit, parley, runtimes } from '../harness/contestants.js';
import { withClient } from '../harness/database.js';
import { send } from '../harness/load.js';
import type { Server } from '../harness/process.js';
import { measuredOf, type Row, targetOf } from '../harness/results.js';
import { rotated } from '../harness/rounds.js';
import { openSockets } from '../harness/sockets.js';
import { median } from '../harness/statistics.js';

const EVENTS = 10_000;
const CPU = 'CPU';
const THROUGHPUT = 'throughput';
const MEMORY = 'memory';
const SAMPLE_MS = 20;
const MEMORY_TARGET = 20;

const RESUME = `subscription Resume($after: String) { events(after: $after) { id type occurredAt conversationId } }`;

const contestants = [...runtimes.map(parley), ...runtimes.map(limit)];

/** Where a reader left off: as Parley tells it, and as the log's position. */
type Start = { cursor: string; position: string };

/** Remembers the end of the log, and adds events as if messages had been sent. */
async function missEvents(bench: Bench): Promise<Start> {
  const { url, scene } = bench.database;
  const server = await bench.server(parley(latest));
  const [apiKey = ''] = scene.apiKeys;
  const answer = await send(server.url, {
    path: '/graphql',
    headers: { authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({ query: '{ eventCursor }' }),
    contains: 'eventCursor',
  });
  const cursor: string = JSON.parse(answer.toString()).data.eventCursor;
  return withClient(url, async (client) => {
    const { rows } = await client.query('SELECT position::text FROM "EventHead" WHERE "workspaceId" = $1', [
      scene.workspaceId,
    ]);
    await client.query(
      `WITH added AS (
         INSERT INTO "Event" SELECT e."workspaceId", h.position + n, ${uuidv7('now()')}, e.type, e."conversationId",
           e."contactId", e."ownerId", e."actorType", e."actorId", e.payload, now(), e."viaKeyId"
         FROM "EventHead" h JOIN (
           SELECT *, row_number() OVER (ORDER BY position) AS n FROM (
             SELECT * FROM "Event" WHERE "workspaceId" = $1 AND type = 'message.added' ORDER BY position DESC LIMIT $2) last
         ) e ON e."workspaceId" = h."workspaceId" RETURNING position, id, "workspaceId")
       UPDATE "EventHead" h SET position = added.position, "eventId" = added.id
       FROM (SELECT * FROM added ORDER BY position DESC LIMIT 1) added WHERE h."workspaceId" = added."workspaceId"`,
      [scene.workspaceId, EVENTS],
    );
    return { cursor, position: rows[0]?.position };
  });
}

/** Reads the missed events once. */
async function readMissed(bench: Bench, { kind }: Contestant, server: Server, start: Start): Promise<void> {
  const { workspaceId, apiKeys } = bench.database.scene;
  if (kind === 'Limit') {
    const body = JSON.stringify({ workspaceId, position: start.position });
    await send(server.url, { path: '/events', body, contains: `"events":${EVENTS}` });
    return;
  }
  const subscription = { apiKey: apiKeys[0] ?? '', query: RESUME, variables: { after: start.cursor } };
  const sockets = await openSockets(server.url, [subscription]);
  await sockets.until(EVENTS);
  await sockets.close();
}

/** What reading them costs, and by how much memory grows meanwhile. */
async function measureOnce(bench: Bench, contestant: Contestant, start: Start) {
  const server = await bench.server(contestant);
  const [rss, cpu, began] = [await server.rss(), await server.cpuMs(), performance.now()];
  let [highest, done] = [rss, false];
  const watch = async () => {
    for (; !done; await sleep(SAMPLE_MS)) highest = Math.max(highest, await server.rss());
  };
  const watching = watch();
  await readMissed(bench, contestant, server, start).finally(() => {
    done = true;
  });
  const seconds = (performance.now() - began) / 1000;
  await watching;
  return {
    [CPU]: (((await server.cpuMs()) - cpu) * 1000) / EVENTS,
    [THROUGHPUT]: EVENTS / seconds,
    [MEMORY]: (highest - rss) / 1024 ** 2,
  };
}

export const resume: Work = {
  name: 'resume',
  run: async (bench) => {
    const start = await missEvents(bench);
    const measured = new Map<string, Record<string, number>[]>(contestants.map(({ name }) => [name, []]));
    for (let round = -1; round < bench.scale.rounds; round += 1) {
      for (const contestant of rotated(contestants, round + 1)) {
        bench.progress.show(`resume: ${contestant.name}`);
        const values = await measureOnce(bench, contestant, start);
        // The first round is the warm-up.
        if (round >= 0) measured.get(contestant.name)?.push(values);
      }
    }
    const rows: Row[] = [...measured].map(([contestant, all]) => ({
      contestant,
      values: Object.fromEntries(
        [CPU, THROUGHPUT, MEMORY].map((name) => [name, median(all.map((each) => each[name] ?? Number.NaN))]),
      ),
    }));
    const [own, bare] = [`Parley, ${latest.name}`, `limit, ${latest.name}`];
    return {
      work: 'resume',
      title: `Resume of ${EVENTS.toLocaleString('en')} missed events; the limit reads their rows`,
      measures: [
        { name: CPU, unit: 'µs per event', better: 'less' },
        { name: THROUGHPUT, unit: 'events/s', better: 'more' },
        { name: MEMORY, unit: 'MB of growth', better: 'less' },
      ],
      rows,
      targets: [
        targetOf(rows, [THROUGHPUT, own, bare], 'more', 0.4),
        { name: 'memory growth in MB', ratio: measuredOf(rows, own, MEMORY), better: 'less', target: MEMORY_TARGET },
      ],
      notes: ['One subscriber. The limit reads pages of 500 rows.'],
    };
  },
};
