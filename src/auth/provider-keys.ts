import {
  type CryptoKey,
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  type JWSHeaderParameters,
} from 'jose';
import type { Logger } from 'pino';
import { withoutNulls } from '../lib/collections.js';

/** The provider's keys could not be fetched, so its tokens cannot be verified. */
export class ProviderUnavailableError extends Error {}

/** Both throw ProviderUnavailableError if the keys could not be fetched. */
export type ProviderKeys = {
  /** The published keys that a token with this header may be signed with. */
  fitting: (header: JWSHeaderParameters) => Promise<CryptoKey[]>;
  /** Fetches the keys again, and returns true, unless that was done moments ago. */
  refresh: () => Promise<boolean>;
};

const MAX_AGE_MS = 10 * 60 * 1000;
/** A token that no key verifies causes the keys to be fetched again, but at most this often. */
const COOLDOWN_MS = 5_000;
const FETCH_TIMEOUT_MS = 5_000;

/** Fetches and keeps the keys that an identity provider publishes. */
export function createProviderKeys(jwksUrl: string, log: Logger): ProviderKeys {
  const published = createRemoteJWKSet(new URL(jwksUrl), {
    timeoutDuration: FETCH_TIMEOUT_MS,
    // When to fetch is decided here, because a key may also be changed under the same id.
    cooldownDuration: Number.POSITIVE_INFINITY,
    cacheMaxAge: Number.POSITIVE_INFINITY,
    [customFetch]: fetchUsable,
  });
  let fetchedAt = Number.NEGATIVE_INFINITY;

  async function fetchAgain(): Promise<void> {
    try {
      await published.reload();
      fetchedAt = Date.now();
    } catch (error) {
      log.error({ err: error, jwksUrl }, "The identity provider's keys could not be fetched");
      throw new ProviderUnavailableError("The identity provider's keys could not be fetched.", { cause: error });
    }
  }

  return {
    fitting: async (header) => {
      if (Date.now() >= fetchedAt + MAX_AGE_MS) await fetchAgain();
      return published(header).then((key) => [key], severalOrNone);
    },
    refresh: async () => {
      if (Date.now() < fetchedAt + COOLDOWN_MS) return false;
      await fetchAgain();
      return true;
    },
  };
}

/** The keys of an error that several fit; none for another one, such as that no key fits or that the only one is broken. */
async function severalOrNone(error: unknown): Promise<CryptoKey[]> {
  const keys: CryptoKey[] = [];
  if (error instanceof errors.JWKSMultipleMatchingKeys) for await (const key of error) keys.push(key);
  return keys;
}

/** Fetches the keys without entries that are none, and without members that are null, which would spoil the others. */
const fetchUsable: FetchImplementation = async (url, options) => {
  const response = await fetch(url, options);
  if (response.status !== 200) return response;
  const set: unknown = await response.json();
  if (!isObject(set) || !Array.isArray(set.keys)) return Response.json(set);
  return Response.json({ keys: set.keys.filter(isObject).map(withoutNulls) });
};

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
