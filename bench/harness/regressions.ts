import type { Results, Target } from './results.js';

const TOLERATED = 0.85;

/** A line for each ratio that is below 0.85 of the one of earlier results. Works of one side only are left out. */
export function regressions(committed: Results, { works }: Results): string[] {
  const before = new Map(
    committed.works.flatMap(({ work, targets }) => targets.map((each) => [key(work, each), each])),
  );
  return works.flatMap(({ work, targets }) =>
    targets.flatMap((now) => {
      const then = before.get(key(work, now));
      if (!then) return [];
      const kept = now.better === 'less' ? then.ratio / now.ratio : now.ratio / then.ratio;
      return kept < TOLERATED ? [`✗ ${work}, ${now.name}: ${now.ratio.toFixed(2)}, was ${then.ratio.toFixed(2)}`] : [];
    }),
  );
}

const key = (work: string, { name }: Target) => `${work} ${name}`;
