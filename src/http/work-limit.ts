/** Below it, nothing queues for long: a process may wait for the database in the name of some, and work for others. */
export const LEAST_LIMIT = 8;

const SHRINK = 0.7;
const GROW = 1.5;

/** What was seen in a short time: how busy the event loop was, from 0 to 1, and the least work that was there at once. */
export type Seen = { utilization: number; leastWork: number };

/**
 * The next limit of work at once. While the event loop has no time left and a queue stays, it goes down to what keeps
 * the process busy without a queue; otherwise it goes up to `max`. A queue that comes and goes, as after a pause or when
 * many clients come back at once, changes nothing.
 */
export function nextLimit(
  limit: number,
  { utilization, leastWork }: Seen,
  { max, maxUtilization }: { max: number; maxUtilization: number },
): number {
  if (utilization < maxUtilization || leastWork <= LEAST_LIMIT) return Math.min(max, Math.ceil(limit * GROW));
  return Math.max(Math.min(LEAST_LIMIT, max), Math.floor(Math.min(limit, leastWork) * SHRINK));
}
