/** Without more being refused than done, the limit stays above it: nothing queues for long, even in a new process. */
export const LEAST_LIMIT = 40;
/** Below it, the process would wait for work between two requests. */
export const LEAST_WHILE_OVERLOADED = 8;

/** From here on the event loop has no time left. */
const BUSY = 0.95;
/** From here on the database, or what else operations wait for, does not keep up. */
const SLOW = 4;
const SHRINK = 0.7;
const GROW = 1.5;
/** Overload begins when more than this is refused for each that is done, and ends below the other. */
const REFUSED = { begins: 0.5, ends: 0.1 };
/** The part of what is done in a window that may be there at once during overload: so long, a request waits for others. */
const AT_ONCE = 0.4;

/** How much work there may be at once. */
export type WorkLimit = {
  limit: number;
  /** Whether much more is asked for than can be done, and not only for a moment. */
  overloaded: boolean;
};

/** What was seen in a short time. */
export type Seen = {
  /** How busy the event loop was, from 0 to 1. */
  utilization: number;
  /** How many times longer operations took than when there is little to do. */
  slowdown: number;
  /** The least work that was there at once. */
  leastWork: number;
  /** How much was done. */
  done: number;
  /** How much was refused because of the limit. */
  refused: number;
};

/**
 * The next limit of work at once. While the process or the database cannot keep up and more work stays than they do in that
 * time, it goes down to what they do; if much is refused even so, on to a part of that, so that what is taken is answered
 * about as fast as ever, and up slowly from there while they do keep up. Otherwise it goes up to `max`. A queue that comes and goes, as after a pause or when many clients
 * come back at once, changes nothing.
 */
export function nextLimit({ limit, overloaded: before }: WorkLimit, seen: Seen, max: number): WorkLimit {
  const { utilization, slowdown, leastWork, done, refused } = seen;
  const keepsUp = utilization < BUSY && slowdown < SLOW;
  const tooMuch = refused > done * (before ? REFUSED.ends : REFUSED.begins);
  const overloaded = tooMuch && (before || !keepsUp);
  if (overloaded) {
    const enough = Math.max(LEAST_WHILE_OVERLOADED, Math.ceil(done * AT_ONCE));
    const next = keepsUp ? limit + 1 : Math.min(limit, enough);
    return { overloaded, limit: Math.min(max, Math.max(LEAST_WHILE_OVERLOADED, next)) };
  }
  const enough = Math.max(LEAST_LIMIT, done);
  if (keepsUp || leastWork <= enough) return { overloaded, limit: Math.min(max, Math.ceil(limit * GROW)) };
  const less = Math.floor(Math.min(limit, leastWork) * SHRINK);
  return { overloaded, limit: Math.max(Math.min(enough, max), less) };
}
