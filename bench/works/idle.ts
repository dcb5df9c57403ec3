import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Work } from '../harness/bench.js';
import { withServer } from '../harness/bench.js';
import { type Contestant, latest, parley, rawSockets, runtimes, yoga } from '../harness/contestants.js';
import { forgetUses } from '../harness/database.js';
import { measuredOf, type Row, type Target, targetOf } from '../harness/results.js';
import { rotated } from '../harness/rounds.js';
import { inTurn } from '../harness/scene.js';
import { openSockets } from '../harness/sockets.js';
import { median } from '../harness/statistics.js';
import { subscriptionTo } from './publish.js';

const MEMORY = 'memory';
const CPU = 'CPU';
const ROUNDS = 3;
/** Opened and closed first, so that what the code itself needs is not counted. */
const WARM_UP = 500;
/** KB above an idle socket of ws. */
const MEMORY_TARGET = 12;
const CPU_TARGET_MS = 0.6;

const contestants = [...runtimes.map(parley), ...runtimes.map(rawSockets), yoga(latest)];

/** Opens idle subscriptions to a fresh server. Returns what one of them costs. */
async function openIdle(bench: Bench, contestant: Contestant): Promise<{ memory: number; cpu: number }> {
  const { database, scale } = bench;
  const nextKey = inTurn(database.scene.apiKeys);
  const subscriptions = (count: number) =>
    Array.from({ length: count }, () => subscriptionTo(contestant, nextKey(), null));
  return withServer(contestant, database, async (server) => {
    await forgetUses(database);
    const first = await openSockets(server.url, subscriptions(WARM_UP));
    await first.close();
    await sleep(scale.settleMs);
    const [rss, cpu] = [await server.rss(), await server.cpuMs()];
    const sockets = await openSockets(server.url, subscriptions(scale.sockets));
    await sleep(scale.settleMs);
    const used = {
      memory: ((await server.rss()) - rss) / 1024 / scale.sockets,
      cpu: ((await server.cpuMs()) - cpu) / scale.sockets,
    };
    await sockets.close();
    return used;
  });
}

export const idle: Work = {
  name: 'idle',
  run: async (bench) => {
    const rounds = bench.options.quick ? 1 : ROUNDS;
    const measured = new Map<string, { memory: number[]; cpu: number[] }>(
      contestants.map(({ name }) => [name, { memory: [], cpu: [] }]),
    );
    for (let round = 0; round < rounds; round += 1) {
      for (const contestant of rotated(contestants, round)) {
        bench.progress.show(`idle: round ${round + 1} of ${rounds}, ${contestant.name}`);
        const { memory, cpu } = await openIdle(bench, contestant);
        measured.get(contestant.name)?.memory.push(memory);
        measured.get(contestant.name)?.cpu.push(cpu);
      }
    }
    const rows: Row[] = [...measured].map(([contestant, { memory, cpu }]) => ({
      contestant,
      values: { [MEMORY]: median(memory), [CPU]: median(cpu) },
    }));
    return {
      work: 'idle',
      title: `An idle subscription, of ${bench.scale.sockets.toLocaleString('en')}`,
      measures: [
        { name: MEMORY, unit: 'KB of RSS', better: 'less' },
        { name: CPU, unit: 'ms to open', better: 'less' },
      ],
      rows,
      targets: [
        ...runtimes.map(({ name }) => memoryAbove(rows, name)),
        { ...cpuOf(rows), better: 'less', target: CPU_TARGET_MS },
        targetOf(rows, [CPU, `Parley, ${latest.name}`, `ws alone, ${latest.name}`], 'less', null),
      ],
      notes: [`Medians of ${rounds}, each on a fresh server after ${WARM_UP} others.`],
    };
  },
};

function memoryAbove(rows: Row[], runtime: string): Target {
  const above = measuredOf(rows, `Parley, ${runtime}`, MEMORY) - measuredOf(rows, `ws alone, ${runtime}`, MEMORY);
  return { name: `${MEMORY} above ws alone in KB, ${runtime}`, ratio: above, better: 'less', target: MEMORY_TARGET };
}

function cpuOf(rows: Row[]): Pick<Target, 'name' | 'ratio'> {
  return { name: `${CPU} to open in ms, ${latest.name}`, ratio: measuredOf(rows, `Parley, ${latest.name}`, CPU) };
}
