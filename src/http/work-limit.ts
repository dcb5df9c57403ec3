/** Below it, nothing queues for long, even while a process that has just started takes longer for everything. */
export const LEAST_LIMIT = 40;

/** From here on the event loop has no time left. */
const BUSY = 0.95;
/** From here on the database, or what else operations wait for, does not keep up. */
const SLOW = 4;
const SHRINK = 0.7;
const GROW = 1.5;

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
};

/**
 * The next limit of work at once. While the process or the database cannot keep up and more work stays than they do in that
 * time, it goes down to what they do; otherwise it goes up to `max`. A queue that comes and goes, as after a pause or when
 * many clients come back at once, changes nothing.
 */
export function nextLimit(limit: number, { utilization, slowdown, leastWork, done }: Seen, max: number): number {
  const keepsUp = utilization < BUSY && slowdown < SLOW;
  const enough = Math.max(LEAST_LIMIT, done);
  if (keepsUp || leastWork <= enough) return Math.min(max, Math.ceil(limit * GROW));
  return Math.max(Math.min(enough, max), Math.floor(Math.min(limit, leastWork) * SHRINK));
}
