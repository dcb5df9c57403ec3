import { GraphQLError } from 'graphql';
import { decodeJwt } from 'jose';
import type { Logger } from 'pino';
import type { Database } from '../db/client.js';
import { looksLikeApiKey } from './api-key.js';
import { createKeyAuthentication } from './authenticate-key.js';
import type { IdentityProvider } from './identity-provider.js';
import { ProviderUnavailableError } from './provider-keys.js';
import type { SessionTokens } from './session-token.js';
import { createTokenViewers, viewerOfIdentity } from './token-viewer.js';
import type { Viewer } from './viewer.js';

export type AuthenticationOptions = {
  database: Database;
  tokens: SessionTokens;
  /** The identity provider, if one is configured. */
  provider: IdentityProvider | null;
  clock: () => Date;
  log: Logger;
};

/** Returns the viewer that an Authorization header authenticates. */
export type Authenticate = (header: string | null) => Promise<Viewer>;

/** The maximum length of an issuer in the log: an invalid token may contain anything. */
const MAX_ISSUER = 500;

// At most 123 bytes each: they are reasons of close frames too (RFC 6455, section 5.5).
const MISSING = 'Send an API key or a session token: Authorization: Bearer …';
const KEY_REFUSED = 'This API key is unknown, revoked or expired, or its maker may no longer have it. Use another one.';
const TOKEN_REFUSED = 'Invalid or expired token, or its subject may not sign in. Get a new one.';

/** The key or token in an Authorization header; null if there is none. */
export function credentialsIn(header: string | null): string | null {
  return /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1] ?? null;
}

/** Whether credentials are a token, which is verified by its signature before anything is looked up, and not an API key. */
export function isToken(credentials: string): boolean {
  return credentials.includes('.');
}

export function unauthenticated(message: string): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code: 'UNAUTHENTICATED', http: { status: 401, headers: { 'www-authenticate': 'Bearer' } } },
  });
}

/** Whether an error means that the credentials are not valid, and not that they could not be checked. */
export function isUnauthenticated(error: unknown): error is GraphQLError {
  return error instanceof GraphQLError && error.extensions.code === 'UNAUTHENTICATED';
}

/**
 * Authenticates by API key, session token or a token of the identity provider. The function it returns throws
 * UNAUTHENTICATED (HTTP 401) if there are no valid credentials, and IDENTITY_PROVIDER_UNAVAILABLE (HTTP 503) if the
 * provider's keys could not be fetched.
 */
export function createAuthentication({ database, tokens, provider, clock, log }: AuthenticationOptions): Authenticate {
  const authenticateKey = createKeyAuthentication(database, clock);
  const viewerOfToken = createTokenViewers(database, clock);

  async function authenticateToken(token: string, now: Date): Promise<Viewer | null> {
    // The issuer is not verified yet. It only selects the verifier, and each verifier accepts its own issuer only.
    if (provider && issuerOf(token) === provider.issuer) {
      return viewerOfIdentity(database, await provider.verify(token, now).catch(unavailable));
    }
    return viewerOfToken(await tokens.verify(token, now));
  }

  return async (header) => {
    const credentials = credentialsIn(header);
    if (credentials === null) throw unauthenticated(MISSING);
    if (!isToken(credentials)) {
      const viewer = looksLikeApiKey(credentials) ? await authenticateKey(credentials) : null;
      if (!viewer) throw unauthenticated(KEY_REFUSED);
      return viewer;
    }
    const viewer = await authenticateToken(credentials, clock());
    if (viewer) return viewer;
    log.info({ issuer: issuerOf(credentials) }, 'Rejected a token');
    throw unauthenticated(TOKEN_REFUSED);
  };
}

function issuerOf(token: string): string | null {
  try {
    const { iss } = decodeJwt(token);
    return typeof iss === 'string' ? iss.slice(0, MAX_ISSUER) : null;
  } catch {
    return null;
  }
}

function unavailable(error: unknown): never {
  if (!(error instanceof ProviderUnavailableError)) throw error;
  throw new GraphQLError(
    "The identity provider's keys could not be fetched, so its tokens cannot be verified. Try again later.",
    {
      extensions: { code: 'IDENTITY_PROVIDER_UNAVAILABLE', http: { status: 503, headers: { 'retry-after': '5' } } },
    },
  );
}
