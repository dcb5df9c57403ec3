/** What callers have queued and at work, and what they have cost lately. */
export type Callers = {
  queue: (caller: string) => void;
  unqueue: (caller: string) => void;
  /** How much of a caller queues. */
  queued: (caller: string) => number;
  enter: (caller: string) => void;
  leave: (caller: string) => void;
  /** How much work of a caller is there. */
  own: (caller: string) => number;
  /** How much work is there, of each caller only a part: what one has waiting is not to hold up others. */
  counted: () => number;
  /** Notes what a caller has cost, in points. */
  charge: (caller: string, cost: number) => void;
  /** Forgets, bit by bit, what callers have cost. */
  fade: (now: number) => void;
  /** What a caller has cost lately, in points. */
  cost: (caller: string) => number;
  /**
   * What all have cost at least who queue or have cost anything lately, but for a tenth of them; as of the last call of
   * `fade` while anybody queued.
   */
  low: () => number;
  /** Whether a caller has cost several times as much lately as callers do on average. */
  isGreedy: (caller: string) => boolean;
};

const COUNTED_PER_CALLER = 4;
/** How many times more than the average. */
const GREEDY = 4;
/** So much, in points, anybody may cost. */
const NEGLIGIBLE = 20_000;
/** Long enough that whoever asks for what is expensive again and again does not seem new to it each time. */
const HALF_LIFE_MS = 4_000;
/** Below it, in points, a caller is forgotten. */
const LEAST = 500;

export function createCallers(): Callers {
  const queued = new Map<string, number>();
  const working = new Map<string, number>();
  const costs = new Map<string, number>();
  let counted = 0;
  let total = 0;
  let faded = 0;
  let low = 0;
  return {
    queue: (caller) => void add(queued, caller, 1),
    unqueue: (caller) => void add(queued, caller, -1),
    queued: (caller) => queued.get(caller) ?? 0,
    enter: (caller) => {
      if (add(working, caller, 1) <= COUNTED_PER_CALLER) counted += 1;
    },
    leave: (caller) => {
      if (add(working, caller, -1) < COUNTED_PER_CALLER) counted -= 1;
    },
    own: (caller) => working.get(caller) ?? 0,
    counted: () => counted,
    charge: (caller, cost) => {
      if (cost === 0) return;
      costs.set(caller, (costs.get(caller) ?? 0) + cost);
      total += cost;
    },
    fade: (now) => {
      if (queued.size > 0) low = lowOf(costs, queued);
      if (now - faded < HALF_LIFE_MS) return;
      faded = now;
      total = 0;
      for (const [caller, cost] of costs) {
        if (cost < LEAST) costs.delete(caller);
        else {
          costs.set(caller, cost / 2);
          total += cost / 2;
        }
      }
    },
    cost: (caller) => costs.get(caller) ?? 0,
    low: () => low,
    isGreedy: (caller) => {
      const cost = costs.get(caller) ?? 0;
      return cost > NEGLIGIBLE && cost * costs.size > total * GREEDY;
    },
  };
}

/** Of so many at most, which tell enough. */
const SAMPLED = 1_000;

function lowOf(costs: ReadonlyMap<string, number>, queued: ReadonlyMap<string, number>): number {
  const newcomers = [...queued.keys()].filter((caller) => !costs.has(caller)).map(() => 0);
  const some = [...newcomers, ...[...costs.values()].slice(0, SAMPLED)].sort((one, other) => one - other);
  return some[Math.floor(some.length / 10)] ?? 0;
}

/** Keeps nothing of a caller that has no more. Returns how much it has. */
function add(numbers: Map<string, number>, caller: string, change: number): number {
  const number = (numbers.get(caller) ?? 0) + change;
  if (number > 0) numbers.set(caller, number);
  else numbers.delete(caller);
  return number;
}
