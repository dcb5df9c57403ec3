/** With less, the process would wait for the database between two requests. */
export const LEAST_LIMIT = 3;
/** During overload, when to answer what is accepted in time counts for more than to accept a few more. */
const LEAST_OVERLOADED = 1;

/** From here on the event loop has no time left. */
const BUSY = 0.9;
/** The same during overload. */
const BUSY_OVERLOADED = 0.8;
/** From here on the database, or what else operations wait for, does not keep up. */
export const SLOW = 4;
const SHRINK = 0.7;
const GROW = 1.5;

/** What was seen in a short time. */
export type Seen = {
  /** How busy the event loop was, from 0 to 1. */
  utilization: number;
  /** How many times longer operations took than when there is little to do. */
  slowdown: number;
  /** How much work is there at once. */
  atOnce: number;
  /** How much waits for its turn. */
  queued: number;
  /** Whether most of what comes is refused. */
  overloaded: boolean;
};

/**
 * The next limit of work at once. While the process or the database cannot keep up, more of it at once only makes each
 * take longer, so that the limit goes down; while they do, and work waits for its turn, it goes up. During overload work
 * always waits, and there is time left only because so much is refused, so that it then goes up in small steps.
 */
export function nextLimit(limit: number, seen: Seen, max: number): number {
  const { utilization, slowdown, atOnce, queued, overloaded } = seen;
  const within = (next: number) => Math.min(max, Math.max(overloaded ? LEAST_OVERLOADED : LEAST_LIMIT, next));
  const keepsUp = utilization < (overloaded ? BUSY_OVERLOADED : BUSY) && slowdown < SLOW;
  if (!keepsUp) return within(Math.floor(Math.min(limit, atOnce) * SHRINK));
  if (queued === 0) return within(limit);
  return within(overloaded ? limit + 1 : Math.ceil(limit * GROW));
}
