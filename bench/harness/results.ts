import { z } from 'zod';

const better = z.enum(['less', 'more']);

const measureSchema = z.object({ name: z.string(), unit: z.string(), better });

const rowSchema = z.object({ contestant: z.string(), values: z.record(z.string(), z.number()) });

const targetSchema = z.object({ name: z.string(), ratio: z.number(), better, target: z.number().nullable() });

const workSchema = z.object({
  work: z.string(),
  title: z.string(),
  measures: z.array(measureSchema),
  rows: z.array(rowSchema),
  targets: z.array(targetSchema),
  notes: z.array(z.string()),
});

/** The format of results.json. */
export const resultsSchema = z.object({
  date: z.string(),
  machine: z.object({ cpu: z.string(), cores: z.number(), memoryGb: z.number(), load: z.number() }),
  versions: z.record(z.string(), z.string()),
  conversations: z.number(),
  quick: z.boolean(),
  works: z.array(workSchema),
});

/** A measure of a work. The first is the one that counts. */
export type Measure = z.infer<typeof measureSchema>;
/** One contestant in one work: medians by the name of the measure, such as `CPU`. */
export type Row = z.infer<typeof rowSchema>;
/** A ratio, and what it should be at most or at least; null if it is only watched. */
export type Target = z.infer<typeof targetSchema>;
export type WorkResult = z.infer<typeof workSchema>;
export type Results = z.infer<typeof resultsSchema>;

/** A measure of a contestant. Throws if it was not measured. */
export function measuredOf(rows: readonly Row[], contestant: string, measure: string): number {
  const value = rows.find((row) => row.contestant.startsWith(contestant))?.values[measure];
  if (value === undefined) throw new Error(`${contestant} has no ${measure}.`);
  return value;
}

function held({ ratio, better, target }: Target): boolean {
  if (target === null) return true;
  return better === 'less' ? ratio <= target : ratio >= target;
}

/** A ratio of two contestants in one measure, and what it should be. */
export function targetOf(
  rows: readonly Row[],
  [measure, contestant, other]: readonly [measure: string, contestant: string, other: string],
  better: Target['better'],
  target: number | null,
): Target {
  const ratio = measuredOf(rows, contestant, measure) / measuredOf(rows, other, measure);
  return { name: `${measure} of ${contestant} to ${other}`, ratio, better, target };
}

/** A target as a line, such as `✗ CPU of one to another: 2.00 (≤ 1.5)`. */
export function describeTarget(target: Target): string {
  const { name, ratio, better, target: wanted } = target;
  if (wanted === null) return `· ${name}: ${ratio.toFixed(2)}`;
  return `${held(target) ? '✓' : '✗'} ${name}: ${ratio.toFixed(2)} (${better === 'less' ? '≤' : '≥'} ${wanted})`;
}
