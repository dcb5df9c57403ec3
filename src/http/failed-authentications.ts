import { hash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { type Authenticate, credentialsIn, isToken, isUnauthenticated } from '../auth/authenticate.js';
import type { Viewer } from '../auth/viewer.js';
import { connect as connectToRedis, limiterOf } from './rate-limits.js';

/** Returns the viewer that an Authorization header from an address authenticates. */
export type AuthenticateFrom = (header: string | null, address: string) => Promise<Viewer>;

export type FailedAuthentications = {
  authenticate: AuthenticateFrom;
  close: () => Promise<void>;
};

type FailureOptions = {
  /** How many authentications may fail in a minute from one address; 0 for no limit. */
  limit: number;
  redisUrl: string | undefined;
  log: Logger;
};

const PREFIX = 'parley:failed';
/** Credentials that were valid this recently are looked up whatever comes from the same address. */
const RECENT = { max: 10_000, ttl: 60 * 60 * 1000 };

/**
 * Limits how many keys and tokens may be tried in vain from one address. Above it API keys are refused without a look-up,
 * except for those that were valid recently, and so are tokens without a valid signature. Whoever shares the address with
 * somebody who tries, such as behind a NAT, can go on with the key or token that they have. Those that are looked up at the
 * same time may exceed the limit.
 */
export function limitFailures(
  authenticate: Authenticate,
  { limit, redisUrl, log }: FailureOptions,
): FailedAuthentications {
  if (limit === 0) return { authenticate, close: async () => undefined };
  const redis = redisUrl === undefined ? null : connectToRedis(redisUrl, log);
  const limiter = limiterOf(limit, redis, PREFIX);
  const recent = new LRUCache<string, true>(RECENT);

  /** How long the address must wait, in milliseconds; 0 if it need not. */
  async function waitOf(address: string): Promise<number> {
    const found = await limiter.get(address);
    return found && found.consumedPoints >= limit ? found.msBeforeNext : 0;
  }

  async function fail(address: string): Promise<void> {
    const { consumedPoints } = await limiter.penalty(address, 1);
    if (consumedPoints === limit) log.warn({ address }, 'Too many failed authentications: refusing unknown API keys');
  }

  return {
    authenticate: async (header, address) => {
      const credentials = credentialsIn(header);
      // Nothing is tried, and nothing is looked up.
      if (credentials === null) return authenticate(header);
      const digest = hash('sha256', credentials, 'base64');
      const ms = recent.has(digest) ? 0 : await waitOf(address);
      if (ms > 0 && !isToken(credentials)) throw tooManyFailures(ms);
      try {
        const viewer = await authenticate(header);
        recent.set(digest, true);
        return viewer;
      } catch (error) {
        if (!isUnauthenticated(error)) throw error;
        recent.delete(digest);
        if (ms > 0) throw tooManyFailures(ms);
        await fail(address);
        throw error;
      }
    },
    close: async () => redis?.disconnect(),
  };
}

function tooManyFailures(ms: number): GraphQLError {
  const retryAfter = Math.max(1, Math.ceil(ms / 1000));
  // At most 123 bytes: it is the reason of a close frame too (RFC 6455, section 5.5).
  const message = `Too many invalid keys or tokens came from your address. Try again in ${retryAfter} s.`;
  const headers = { 'retry-after': String(retryAfter) };
  return new GraphQLError(message, {
    extensions: { code: 'RATE_LIMITED', retryAfter, http: { status: 429, headers } },
  });
}

/** Whether an error means that the address has to wait. */
export function hasToWait(error: unknown): error is GraphQLError {
  return error instanceof GraphQLError && error.extensions.code === 'RATE_LIMITED';
}
