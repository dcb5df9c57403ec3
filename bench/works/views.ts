import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeId } from '../../src/lib/ids.js';
import type { Bench, Work } from '../harness/bench.js';
import { latest, parley } from '../harness/contestants.js';
import { forgetUses, withClient } from '../harness/database.js';
import { send } from '../harness/load.js';
import type { Server } from '../harness/process.js';
import { measuredOf, type Row, targetOf } from '../harness/results.js';
import { rotated } from '../harness/rounds.js';
import { openSockets, type Sockets, type Subscription } from '../harness/sockets.js';
import { median } from '../harness/statistics.js';
import { sends } from './send.js';

const MANY = 10_000;
/** Those whose conversations events are of. */
const CONCERNED = 10;
const PER_SOCKET = 100;
const EVENTS = 300;
const WARM_UP = 100;
const SETTLE_MS = 100;
const CPU = 'CPU';
const MEMORY = 'memory';

const LIST = `subscription Follow($filter: ConversationFilter) {
  conversationChanges(filter: $filter) {
    ... on ConversationUpsert { entered conversation { id status subject } }
    ... on ConversationRemoval { conversationId reason }
  }
}`;

/** The limits of one caller are not measured here. */
const LIMITS = { MAX_DISTINCT_SUBSCRIPTIONS: '10000', RATE_LIMIT_KEY: '0' };

type View = { conversationId: string; assigneeId: string };
type Ready = { name: string; server: Server; sockets: Sockets; memory: number };

/** Conversations of different assignees. */
async function chooseViews({ database }: Bench): Promise<View[]> {
  const { rows } = await withClient(database.url, (client) =>
    client.query<View>(
      `SELECT DISTINCT ON ("assigneeUserId") id AS "conversationId", "assigneeUserId" AS "assigneeId" FROM "Conversation"
       WHERE "workspaceId" = $1 AND status = 'OPEN' AND "ownerId" IS NULL AND "assigneeUserId" IS NOT NULL
       ORDER BY "assigneeUserId", id LIMIT $2`,
      [database.scene.workspaceId, CONCERNED],
    ),
  );
  if (rows.length < CONCERNED) throw new Error(`Only ${rows.length} users have open conversations.`);
  return rows;
}

/** Waits until the server has nothing left to do. */
async function idle(server: Server): Promise<void> {
  for (let before = Number.NEGATIVE_INFINITY, now = 0; now - before > 20; await sleep(500)) {
    [before, now] = [now, await server.cpuMs()];
  }
}

async function open(bench: Bench, count: number, views: View[]): Promise<Ready> {
  const { database, progress, scale } = bench;
  const name = `${count.toLocaleString('en')} views, ${latest.name}`;
  progress.show(`views: opening ${name}`);
  const server = await parley(latest).start(database, LIMITS);
  const [apiKey = ''] = database.scene.apiKeys;
  const subscription = (assigneeId: string): Subscription => {
    const filter = { assigneeId: encodeId('User', assigneeId), status: ['OPEN'] };
    return { apiKey, query: LIST, variables: { filter } };
  };
  await forgetUses(database);
  const strangers = (length: number) => Array.from({ length }, () => subscription(randomUUID()));
  const first = await openSockets(server.url, strangers(10 * PER_SOCKET), { perSocket: PER_SOCKET });
  await idle(server);
  await first.close();
  await sleep(scale.settleMs);
  const rss = await server.rss();
  const chosen = views.map(({ assigneeId }) => subscription(assigneeId));
  const sockets = await openSockets(server.url, [...strangers(count - chosen.length), ...chosen], {
    perSocket: PER_SOCKET,
  });
  await idle(server);
  await sleep(scale.settleMs);
  return { name, server, sockets, memory: ((await server.rss()) - rss) / 1024 / count };
}

/** Sends messages, each of which concerns one view. */
async function cause(bench: Bench, { sockets }: Ready, views: View[], events: number): Promise<void> {
  const writer = await bench.server({ ...parley(latest), name: 'writer' });
  const conversations = views.map(({ conversationId }) => conversationId);
  const next = sends(parley(latest), bench.database.scene, '', conversations);
  for (let sent = 0; sent < events; sent += 1) {
    const target = sockets.received() + 1;
    await send(writer.url, next());
    await sockets.until(target);
  }
}

export const views: Work = {
  name: 'views',
  run: async (bench) => {
    const chosen = await chooseViews(bench);
    const ready: Ready[] = [];
    try {
      for (const count of [CONCERNED, MANY]) ready.push(await open(bench, count, chosen));
      for (const each of ready) await cause(bench, each, chosen, WARM_UP);
      const measured = new Map<string, number[]>(ready.map(({ name }) => [name, []]));
      for (let round = 0; round < bench.scale.rounds; round += 1) {
        for (const each of rotated(ready, round)) {
          bench.progress.show(`views: round ${round + 1} of ${bench.scale.rounds}, ${each.name}`);
          const before = await each.server.cpuMs();
          await cause(bench, each, chosen, EVENTS);
          await sleep(SETTLE_MS);
          measured.get(each.name)?.push(((await each.server.cpuMs()) - before) / EVENTS);
        }
      }
      const rows: Row[] = ready.map(({ name, memory }) => ({
        contestant: name,
        // That of few is too little to be told from what else changes.
        values: { [CPU]: median(measured.get(name) ?? []), ...(name.startsWith('10,000') ? { [MEMORY]: memory } : {}) },
      }));
      const [few, many] = ['10 views', '10,000 views'];
      return {
        work: 'views',
        title: `An event of one of 10, or of ${MANY.toLocaleString('en')}, followed lists with different assignees`,
        measures: [
          { name: CPU, unit: 'ms per event', better: 'less' },
          { name: MEMORY, unit: 'KB of RSS per list', better: 'less' },
        ],
        rows,
        targets: [
          targetOf(rows, [CPU, many, few], 'less', 1.5),
          { name: 'memory of a list in KB', ratio: measuredOf(rows, many, MEMORY), better: 'less', target: 10 },
        ],
        notes: [`${PER_SOCKET} lists share a socket. Events are messages that another process is sent, one at a time.`],
      };
    } finally {
      for (const { server, sockets } of ready) {
        await sockets.close().catch(() => undefined);
        await server.stop();
      }
    }
  },
};
