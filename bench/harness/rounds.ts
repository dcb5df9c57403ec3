import type { Bench } from './bench.js';
import type { Contestant } from './contestants.js';
import { type Load, load } from './load.js';
import type { Row } from './results.js';
import { median } from './statistics.js';

export type Entry = { contestant: Contestant; next: Load['next'] };

/** CPU in milliseconds for an operation, and operations in a second. */
export const CPU = 'CPU';
export const THROUGHPUT = 'throughput';

export const operationMeasures = [
  { name: CPU, unit: 'ms per operation', better: 'less' },
  { name: THROUGHPUT, unit: 'operations/s', better: 'more' },
] as const;

/** Lets contestants alternate under load, after a warm-up of each. Returns their medians. */
export async function alternate(bench: Bench, what: string, entries: Entry[], connections: number): Promise<Row[]> {
  const { scale, progress } = bench;
  const measured = new Map<string, { cpu: number[]; throughput: number[] }>();
  const run = async ({ contestant, next }: Entry, seconds: number) => {
    const server = await bench.server(contestant);
    const [cpuBefore, began] = [await server.cpuMs(), performance.now()];
    const { latencies } = await load(server.url, { next, connections, seconds });
    const elapsed = (performance.now() - began) / 1000;
    return { cpu: ((await server.cpuMs()) - cpuBefore) / latencies.length, throughput: latencies.length / elapsed };
  };
  for (const entry of entries) {
    progress.show(`${what}: warming up ${entry.contestant.name}`);
    await run(entry, scale.warmUpSeconds);
    measured.set(entry.contestant.name, { cpu: [], throughput: [] });
  }
  for (let round = 0; round < scale.rounds; round += 1) {
    for (const entry of rotated(entries, round)) {
      progress.show(`${what}: round ${round + 1} of ${scale.rounds}, ${entry.contestant.name}`);
      const { cpu, throughput } = await run(entry, scale.seconds);
      measured.get(entry.contestant.name)?.cpu.push(cpu);
      measured.get(entry.contestant.name)?.throughput.push(throughput);
    }
  }
  return [...measured].map(([contestant, { cpu, throughput }]) => ({
    contestant,
    values: { [CPU]: median(cpu), [THROUGHPUT]: median(throughput) },
  }));
}

/** The items beginning with another one in each round, so that none always follows the same one. */
export function rotated<Item>(items: readonly Item[], round: number): Item[] {
  const first = round % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}
