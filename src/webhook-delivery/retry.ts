const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long after each failed try the next one follows; after the last there is none. */
export const retryDelaysMs: readonly number[] = [
  5 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  DAY_MS,
];

/** Up to this part of a delay is added to it, so that what failed together does not come back together. */
const JITTER = 0.2;

/** A receiver may put a try off for so long and no longer. */
const MAX_RETRY_AFTER_MS = DAY_MS;

/**
 * Between two tries of an endpoint that has something to be tried lies no more: the longest delay and a fifth, and over an
 * hour for a place to get free, for the try itself, and for processes that start again.
 */
export const LONGEST_PAUSE_MS = 30 * HOUR_MS;

/** An endpoint of which every try has failed for so long is deactivated. */
export const MAX_FAILING_MS = 5 * DAY_MS;

export type FailedTry = {
  /** How many tries there were, this one included. */
  attempts: number;
  at: Date;
  /** The receiver's Retry-After header, where it sent one. */
  retryAfter: string | null;
  /** From 0 to 1. */
  random: number;
};

/** When to try again, or null where that was the last try. Never earlier than the receiver asks for, within a day. */
export function nextAttemptAt({ attempts, at, retryAfter, random }: FailedTry): Date | null {
  const delay = retryDelaysMs[attempts - 1];
  if (delay === undefined) return null;
  const wished = Math.min(retryAfterMs(retryAfter, at) ?? 0, MAX_RETRY_AFTER_MS);
  return new Date(at.getTime() + Math.round(Math.max(delay * (1 + JITTER * random), wished)));
}

/** A number of seconds or an HTTP date (RFC 9110, 10.2.3), in milliseconds from now; null for anything else. */
function retryAfterMs(header: string | null, now: Date): number | null {
  if (header === null) return null;
  if (/^\d+$/.test(header)) return Number(header) * SECOND_MS;
  const date = /GMT$/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now.getTime());
}
