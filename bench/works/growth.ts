import type { Bench, Work } from '../harness/bench.js';
import { shareServers } from '../harness/bench.js';
import { type Contestant, latest, parley } from '../harness/contestants.js';
import type { RunDatabase } from '../harness/database.js';
import type { Request } from '../harness/load.js';
import type { Row, Target } from '../harness/results.js';
import { median } from '../harness/statistics.js';
import { inboxOf50 } from './inbox.js';
import { pageOf50 } from './page.js';
import { requestsOf } from './read-work.js';
import { searches, searchRequests, timeAlone } from './search.js';
import { sends } from './send.js';

const TARGET = 1.3;
const TIMES = 15;

const contestant: Contestant = parley(latest);

/** What is timed in each database. */
function requests({ scene }: RunDatabase): { name: string; next: () => Request }[] {
  return [
    { name: 'inbox of 50', next: requestsOf(inboxOf50, contestant, scene) },
    { name: 'page of 50', next: requestsOf(pageOf50, contestant, scene) },
    { name: 'send', next: sends(contestant, scene, '', scene.openConversations) },
    ...searches.slice(1).map((search) => ({ name: search.name, next: searchRequests(scene, search) })),
  ];
}

export const growth: Work = {
  name: 'growth',
  run: async (bench: Bench) => {
    const sizes = bench.options.growth;
    const opened: { size: number; database: RunDatabase; servers: ReturnType<typeof shareServers> }[] = [];
    try {
      for (const size of sizes) {
        const database = await bench.databases.copy(size);
        opened.push({ size, database, servers: shareServers(database) });
      }
      const measured = new Map<string, number[]>();
      for (let round = 0; round < bench.scale.rounds; round += 1) {
        for (const { size, database, servers } of opened) {
          for (const { name, next } of requests(database)) {
            bench.progress.show(`growth: round ${round + 1}, ${size} conversations, ${name}`);
            const { wall } = await timeAlone(await servers.server(contestant), next, TIMES);
            const key = `${size} ${name}`;
            measured.set(key, [...(measured.get(key) ?? []), wall]);
          }
        }
      }
      return reportOf(sizes, opened[0] ? requests(opened[0].database).map(({ name }) => name) : [], measured);
    } finally {
      for (const { servers } of opened) await servers.stop();
    }
  },
};

function reportOf(sizes: number[], names: string[], measured: Map<string, number[]>) {
  const timeOf = (size: number | undefined, name: string) => median(measured.get(`${size} ${name}`) ?? []);
  const shown = (size: number) => `${size.toLocaleString('en')} conversations`;
  const rows: Row[] = names.map((name) => ({
    contestant: name,
    values: Object.fromEntries(sizes.map((size) => [shown(size), timeOf(size, name)])),
  }));
  const targets: Target[] = names.map((name) => ({
    name: `${name}, ${shown(sizes.at(-1) ?? 0)} to ${shown(sizes[0] ?? 0)}`,
    ratio: timeOf(sizes.at(-1), name) / timeOf(sizes[0], name),
    better: 'less',
    target: TARGET,
  }));
  return {
    work: 'growth',
    title: 'Growth: time of one operation, one connection',
    measures: sizes.map((size) => ({ name: shown(size), unit: 'ms', better: 'less' as const })),
    rows,
    targets,
    notes: [`Parley, ${latest.name}.`],
  };
}
