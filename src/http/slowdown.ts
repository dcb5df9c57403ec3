/** How much longer operations take than they do when the process has little to do. */
export type Slowdown = {
  /** Notes how long an operation took, in milliseconds. `key` is the same object for operations that are alike. */
  note: (key: object, ms: number) => void;
  /** The median of how many times longer those took that were noted since the last call; 1 if there were too few. */
  take: () => number;
};

/** With so much work at once nothing waits for anything else. */
const CALM = 2;
/** How much a new duration counts in the usual one. */
const WEIGHT = 0.1;
/** Fewer say nothing. */
const LEAST_NOTED = 5;
/** What takes less is not compared: the clock's and the scheduler's part of it is too large. */
const LEAST_MS = 1;

/** Compares operations with what the same ones take while there is little work; `work` is how much there is now. */
export function createSlowdown(work: () => number): Slowdown {
  const usual = new WeakMap<object, number>();
  let ratios: number[] = [];
  return {
    note: (key, ms) => {
      const before = usual.get(key);
      const duration = Math.max(LEAST_MS, ms);
      if (work() <= CALM) usual.set(key, before === undefined ? duration : before + (duration - before) * WEIGHT);
      if (before !== undefined) ratios.push(duration / before);
    },
    take: () => {
      const noted = ratios.sort((one, other) => one - other);
      ratios = [];
      return noted.length < LEAST_NOTED ? 1 : (noted[Math.floor(noted.length / 2)] ?? 1);
    },
  };
}
