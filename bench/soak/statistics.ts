/** The value below which this part of the values lies; 0 of none. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

export const median = (values: readonly number[]) => percentile(values, 0.5);

export const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

/** How many there were, and how long they took. */
export const latencies = (values: readonly number[]) =>
  `${values.length}, p50 ${ms(median(values))}, p99 ${ms(percentile(values, 0.99))}`;

/** Prints lines of names and values. */
export function printTable(title: string, rows: readonly [name: string, value: string | number][]): void {
  const width = Math.max(...rows.map(([name]) => name.length));
  process.stdout.write(`\n${title}\n${rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}\n`).join('')}`);
}
