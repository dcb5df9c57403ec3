import type { Bench, Work } from '../harness/bench.js';
import { latest, parley } from '../harness/contestants.js';
import { type Request, send } from '../harness/load.js';
import type { Server } from '../harness/process.js';
import type { Row } from '../harness/results.js';
import { inTurn, type Scene } from '../harness/scene.js';
import { median } from '../harness/statistics.js';

const WALL = 'time';
const CPU = 'CPU';
const TIMES = { full: 15, quick: 3 };
/** Warm-up requests, among them those for which PostgreSQL plans anew each time. */
const WARM_UP = 6;

const LIST = `query Search($filter: ConversationFilter) {
  conversations(filter: $filter, first: 25) { nodes { id subject status updatedAt contact { id name } } }
}`;

const MESSAGES = `query Search($filter: MessageFilter) {
  messages(filter: $filter, first: 25) { nodes { id text createdAt author { id name } } }
}`;

/** Searches in the seeded texts. */
export const searches: { name: string; query: string; filter: object }[] = [
  { name: 'the newest 25, no search', query: LIST, filter: {} },
  { name: 'a frequent word', query: LIST, filter: { search: 'order' } },
  { name: 'two rare words', query: LIST, filter: { search: 'scratched feet' } },
  { name: 'a word and a filter', query: LIST, filter: { search: 'order', status: ['OPEN'], priority: ['URGENT'] } },
  { name: 'a frequent word in messages', query: MESSAGES, filter: { search: 'order' } },
];

export function searchRequests(scene: Scene, { query, filter }: { query: string; filter: object }): () => Request {
  const nextKey = inTurn(scene.apiKeys);
  return () => ({
    path: '/graphql',
    headers: { authorization: `Bearer ${nextKey()}` },
    body: JSON.stringify({ query, variables: { filter } }),
    contains: '"nodes":[{',
  });
}

/** The median time of a request in milliseconds, one after another, and the CPU time of the server. */
export async function timeAlone(
  server: Server,
  next: () => Request,
  times: number,
): Promise<{ wall: number; cpu: number }> {
  for (let count = 0; count < WARM_UP; count += 1) await send(server.url, next());
  const cpu = await server.cpuMs();
  const walls: number[] = [];
  for (let count = 0; count < times; count += 1) {
    const began = performance.now();
    await send(server.url, next());
    walls.push(performance.now() - began);
  }
  return { wall: median(walls), cpu: ((await server.cpuMs()) - cpu) / times };
}

export const search: Work = {
  name: 'search',
  run: async (bench: Bench) => {
    const server = await bench.server(parley(latest));
    const rows: Row[] = [];
    for (const each of searches) {
      bench.progress.show(`search: ${each.name}`);
      const next = searchRequests(bench.database.scene, each);
      const { wall, cpu } = await timeAlone(server, next, TIMES[bench.options.quick ? 'quick' : 'full']);
      rows.push({ contestant: each.name, values: { [WALL]: wall, [CPU]: cpu } });
    }
    const plain = rows[0]?.values[WALL] ?? Number.NaN;
    return {
      work: 'search',
      title: 'First page of a search, 25 rows',
      measures: [
        { name: WALL, unit: 'ms', better: 'less' },
        { name: CPU, unit: 'ms of the server; the rest is the database', better: 'less' },
      ],
      rows,
      targets: rows.slice(1).map(({ contestant, values }) => ({
        name: `time of ${contestant} to no search`,
        ratio: (values[WALL] ?? Number.NaN) / plain,
        better: 'less',
        target: null,
      })),
      notes: [`Parley, ${latest.name}, one connection.`],
    };
  },
};
