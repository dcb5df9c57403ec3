const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The delay after each failed attempt; there is no attempt after the last delay. */
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

/** Up to this fraction of a delay is added to it, so that deliveries that failed together are not retried together. */
const JITTER = 0.2;

/** The longest that a receiver may postpone an attempt. */
const MAX_RETRY_AFTER_MS = DAY_MS;

/**
 * The longest pause between two attempts at an endpoint with pending deliveries: the longest delay with its jitter, and over
 * an hour to wait for a slot, for the attempt itself, and for processes to restart.
 */
export const LONGEST_PAUSE_MS = 30 * HOUR_MS;

/** An endpoint at which every attempt has failed for this long is deactivated. */
export const MAX_FAILING_MS = 5 * DAY_MS;

export type FailedAttempt = {
  /** The number of attempts, including this one. */
  attempts: number;
  at: Date;
  /** The receiver's Retry-After header, if any. */
  retryAfter: string | null;
  /** From 0 to 1. */
  random: number;
};

/** When to try again; null after the last attempt. Not before the time the receiver asks for, up to a day. */
export function nextAttemptAt({ attempts, at, retryAfter, random }: FailedAttempt): Date | null {
  const delay = retryDelaysMs[attempts - 1];
  if (delay === undefined) return null;
  const requested = Math.min(retryAfterMs(retryAfter, at) ?? 0, MAX_RETRY_AFTER_MS);
  return new Date(at.getTime() + Math.round(Math.max(delay * (1 + JITTER * random), requested)));
}

/** A number of seconds or an HTTP date (RFC 9110, 10.2.3), in milliseconds from now; null for anything else. */
function retryAfterMs(header: string | null, now: Date): number | null {
  if (header === null) return null;
  if (/^\d+$/.test(header)) return Number(header) * SECOND_MS;
  const date = /GMT$/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now.getTime());
}
