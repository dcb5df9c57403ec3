import { median, rounded } from '../harness/statistics.js';

/** How often an operation ran, and the CPU time that it took in all. */
export type Measured = { name: string; price: number; times: number; serverMs: number; databaseMs: number };

/** The operations as a table, with what a point costs of each, beside the median of all. */
export function table(operations: Measured[]): string {
  const perPoint = ({ price, times, serverMs, databaseMs }: Measured) =>
    ((serverMs + databaseMs) / times / price) * 1000;
  const middle = median(operations.map(perPoint));
  const header = ['operation', 'price', 'times', 'server (ms)', 'database (ms)', 'µs per point', 'to the median'];
  const rule = header.map((_name, index) => (index === 0 ? '---' : '---:'));
  const rows = operations.map((each) => [
    each.name,
    String(each.price),
    String(each.times),
    rounded(each.serverMs / each.times),
    rounded(each.databaseMs / each.times),
    rounded(perPoint(each)),
    `${rounded(perPoint(each) / middle)} ×`,
  ]);
  return [header, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
