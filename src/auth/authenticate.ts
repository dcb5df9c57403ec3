import { GraphQLError } from 'graphql';
import { decodeJwt } from 'jose';
import type { Logger } from 'pino';
import type { Database } from '../db/client.js';
import { looksLikeApiKey } from './api-key.js';
import { authenticateKey } from './authenticate-key.js';
import { type IdentityProvider, ProviderAwayError } from './identity-provider.js';
import type { SessionTokens } from './session-token.js';
import { viewerOfIdentity, viewerOfToken } from './token-viewer.js';
import type { Viewer } from './viewer.js';

export type AuthenticationOptions = {
  database: Database;
  tokens: SessionTokens;
  /** The outside identity provider, where there is one. */
  provider: IdentityProvider | null;
  clock: () => Date;
  log: Logger;
};

/** The viewer that an Authorization header names. */
export type Authenticate = (header: string | null) => Promise<Viewer>;

/** Of an issuer that anyone may have written, no more gets into the log. */
const MAX_ISSUER = 500;

const MISSING = 'Send an API key or a session token: Authorization: Bearer …';
const KEY_REFUSED = 'This API key is unknown, revoked or expired.';
const TOKEN_REFUSED = 'This token is invalid or has expired, or whom it is for may not sign in. Get a new one.';

export function unauthenticated(message: string): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code: 'UNAUTHENTICATED', http: { status: 401, headers: { 'www-authenticate': 'Bearer' } } },
  });
}

/** Whether an error says that what was shown does not count, rather than that nobody can tell. */
export function isUnauthenticated(error: unknown): boolean {
  return error instanceof GraphQLError && error.extensions.code === 'UNAUTHENTICATED';
}

/**
 * Tells who asks. Throws UNAUTHENTICATED (HTTP 401) where nothing is shown, or a key or token that does not count, and
 * IDENTITY_PROVIDER_UNAVAILABLE (HTTP 503) where only the identity provider could say.
 */
export function createAuthentication({ database, tokens, provider, clock, log }: AuthenticationOptions): Authenticate {
  async function ofToken(token: string, now: Date): Promise<Viewer | null> {
    // Not verified yet: it only says whose keys to verify with, and each reader insists on its own issuer.
    if (provider && issuerOf(token) === provider.issuer) {
      return viewerOfIdentity(database, await provider.verify(token, now).catch(unavailable));
    }
    return viewerOfToken(database, await tokens.verify(token, now), now);
  }

  return async (header) => {
    const shown = /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1];
    if (!shown) throw unauthenticated(MISSING);
    if (!shown.includes('.')) {
      const viewer = looksLikeApiKey(shown) ? await authenticateKey(database, shown, clock()) : null;
      if (!viewer) throw unauthenticated(KEY_REFUSED);
      return viewer;
    }
    const viewer = await ofToken(shown, clock());
    if (viewer) return viewer;
    log.info({ issuer: issuerOf(shown) }, 'A token was refused');
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
  if (!(error instanceof ProviderAwayError)) throw error;
  throw new GraphQLError(
    'The identity provider does not answer, so that its tokens cannot be checked. Try again later.',
    {
      extensions: { code: 'IDENTITY_PROVIDER_UNAVAILABLE', http: { status: 503, headers: { 'retry-after': '5' } } },
    },
  );
}
