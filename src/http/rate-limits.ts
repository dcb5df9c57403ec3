import { GraphQLError } from 'graphql';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { callerKey, type Viewer } from '../auth/viewer.js';
import type { RateLimitUsage } from '../graphql/core/context.js';
import { withoutStack } from '../lib/errors.js';

/** How much cost each kind of caller may cause in a minute, and how often a contact may send; 0 for no limit. */
export type RateLimitOptions = { key: number; user: number; contact: number; sends: number };

export type RateLimits = {
  /** Takes the cost of an operation from the caller's minute. Null if the caller has no limit. */
  take: (viewer: Viewer, cost: number) => Promise<RateLimitUsage | null>;
  /** Takes cost that was caused already, which refuses only what comes next. Null if there is none, or nothing is left. */
  charge: (viewer: Viewer, cost: number) => Promise<RateLimitUsage | null>;
  /** Takes messages that a contact is about to send from its minute; other callers send as many as their cost allows. */
  takeSends: (viewer: Viewer, count: number) => Promise<void>;
  /** RATE_LIMITED if the caller has used up its minute, as far as this process knows; null otherwise. */
  refusal: (viewer: Viewer) => GraphQLError | null;
  close: () => Promise<void>;
};

const WINDOW_SECONDS = 60;
const COST_PREFIX = 'parley:cost';
const SENDS_PREFIX = 'parley:sends';

/**
 * Limits what a caller may do in a minute: an API key, or the user or contact of a token. With Redis the processes
 * count together; while it is away, each for itself.
 */
export function createRateLimits(
  { sends, ...limits }: RateLimitOptions,
  { redisUrl, log, clock }: { redisUrl: string | undefined; log: Logger; clock: () => Date },
): RateLimits {
  const redis = redisUrl === undefined ? null : connect(redisUrl, log);
  const limiters = new Map(Object.values(limits).map((points) => [points, limiterOf(points, redis)]));
  const sendLimiter = limiterOf(sends, redis, SENDS_PREFIX);
  /** Until when, in milliseconds, callers are refused without asking the store. */
  const exhausted = new Map<string, number>();

  const limitOf = ({ kind, credential }: Viewer): number => {
    if (kind === 'CONTACT') return limits.contact;
    return credential.type === 'KEY' ? limits.key : limits.user;
  };

  async function take(viewer: Viewer, cost: number): Promise<RateLimitUsage | null> {
    const limit = limitOf(viewer);
    const limiter = limiters.get(limit);
    if (limit === 0 || !limiter) return null;
    const caller = callerKey(viewer);
    const now = clock().getTime();
    const { msBeforeNext, consumedPoints } = await consume(limiter, caller, cost);
    if (consumedPoints > limit) {
      if (exhausted.size >= MAX_REMEMBERED) exhausted.clear();
      exhausted.set(caller, now + msBeforeNext);
      throw outOfPoints(limit, msBeforeNext);
    }
    return { limit, cost, remaining: limit - consumedPoints, resetAt: new Date(now + msBeforeNext) };
  }

  return {
    refusal: (viewer) => {
      const until = exhausted.get(callerKey(viewer));
      if (until === undefined) return null;
      const ms = until - clock().getTime();
      if (ms > 0) return outOfPoints(limitOf(viewer), ms);
      exhausted.delete(callerKey(viewer));
      return null;
    },
    take,
    charge: async (viewer, cost) => {
      if (cost === 0) return null;
      try {
        return await take(viewer, cost);
      } catch (error) {
        if (error instanceof GraphQLError) return null;
        throw error;
      }
    },
    takeSends: async (viewer, count) => {
      if (sends === 0 || count === 0 || viewer.kind !== 'CONTACT') return;
      const { msBeforeNext, consumedPoints } = await consume(sendLimiter, callerKey(viewer), count);
      if (consumedPoints > sends) throw rateLimited(`You may send ${sends} messages in a minute.`, msBeforeNext);
    },
    close: async () => redis?.disconnect(),
  };
}

/** Callers that are remembered as exhausted. They are only remembered to ask the store less. */
const MAX_REMEMBERED = 10_000;

export function connect(url: string, log: Logger): Redis {
  const redis = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0 });
  redis.on('error', (err) => log.debug({ err }, 'Rate limits lost their connection to Redis'));
  return redis;
}

/** Limits points in a minute, over all processes with Redis. */
export function limiterOf(points: number, redis: Redis | null, keyPrefix = COST_PREFIX): RateLimiterAbstract {
  const options = { points, duration: WINDOW_SECONDS, keyPrefix };
  const memory = new RateLimiterMemory(options);
  return redis ? new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: memory }) : memory;
}

/** Resolves whether the limit is exceeded or not, which the library tells apart by rejecting. */
async function consume(limiter: RateLimiterAbstract, caller: string, cost: number): Promise<RateLimiterRes> {
  try {
    return await limiter.consume(caller, cost);
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return refusal;
    throw refusal;
  }
}

function outOfPoints(limit: number, ms: number): GraphQLError {
  const reason = `You have used up your ${limit} points of cost for this minute.`;
  return rateLimited(reason, ms, ', with smaller pages or fewer fields');
}

function rateLimited(reason: string, ms: number, remedy = ''): GraphQLError {
  const retryAfter = Math.max(1, Math.ceil(ms / 1000));
  const headers = { 'retry-after': String(retryAfter) };
  const message = `${reason} Try again in ${retryAfter} s${remedy}.`;
  const extensions = { code: 'RATE_LIMITED', retryAfter, http: { status: 429, headers } };
  return withoutStack(() => new GraphQLError(message, { extensions }));
}

/** The headers of a response that draws on a limit, as draft-ietf-httpapi-ratelimit-headers names them. */
export function rateLimitHeaders({ limit, remaining, resetAt }: RateLimitUsage, now: Date): [string, string][] {
  const seconds = Math.max(0, Math.ceil((resetAt.getTime() - now.getTime()) / 1000));
  return [
    ['ratelimit-policy', `"cost";q=${limit};w=${WINDOW_SECONDS}`],
    ['ratelimit', `"cost";r=${remaining};t=${seconds}`],
  ];
}
