import { type CryptoKey, createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Logger } from 'pino';
import { z } from 'zod';
import { email } from '../lib/validation.js';
import { ifRefused } from './session-token.js';

export type IdentityProviderConfig = {
  jwksUrl: string;
  issuer: string;
  audience: string;
  /** The public id of the workspace of tokens that name none. */
  workspace?: string | undefined;
};

/** What the provider says of a person who signed in there. */
export type Identity = {
  /** In lower case. */
  email: string;
  /** The slug or the public id of the workspace; null where it is left open. */
  workspace: string | null;
  expiresAt: Date;
  /** Now, where the provider does not say. */
  issuedAt: Date;
};

export type IdentityProvider = {
  issuer: string;
  /** Who a token is for, or null where it does not count. Throws ProviderAwayError where the keys cannot be had. */
  verify: (token: string, now: Date) => Promise<Identity | null>;
};

/** The provider's keys cannot be had: nobody can say whether a token counts. */
export class ProviderAwayError extends Error {}

/** Only signatures of a private key: with a shared secret, everyone who checks a token could also make one. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const CLOCK_SKEW_SECONDS = 30;
const KEYS_KEPT_MS = 10 * 60 * 1000;
/** A token of an unknown key makes the keys be asked for again, at most this often: soon enough after a rotation. */
const KEYS_ASKED_AGAIN_MS = 5_000;
const FETCH_TIMEOUT_MS = 5_000;

/** What is the fault of a token and not of the provider. */
const noSuchKey = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

const claims = z.object({
  exp: z.number(),
  iat: z.number().optional(),
  // Other letters, such as the Kelvin sign, become ASCII ones in lower case: somebody else's address.
  email: z
    .string()
    .regex(/^[\x21-\x7e]+$/)
    .pipe(email),
  // Some providers write it as a text.
  email_verified: z
    .union([z.boolean(), z.string()])
    .optional()
    .refine((verified) => String(verified) !== 'false'),
  workspace: z.string().optional(),
});

/** Reads the tokens of an outside identity provider (OpenID Connect) by the keys that it publishes. */
export function createIdentityProvider(
  { jwksUrl, issuer, audience, workspace: usual }: IdentityProviderConfig,
  log: Logger,
): IdentityProvider {
  const published = createRemoteJWKSet(new URL(jwksUrl), {
    timeoutDuration: FETCH_TIMEOUT_MS,
    cooldownDuration: KEYS_ASKED_AGAIN_MS,
    cacheMaxAge: KEYS_KEPT_MS,
  });
  const keys: JWTVerifyGetKey<CryptoKey> = (header, token) => published(header, token).catch(unlessAway);

  function unlessAway(error: unknown): never {
    if (noSuchKey.some((kind) => error instanceof kind)) throw error;
    log.error({ err: error, jwksUrl }, 'The keys of the identity provider cannot be had');
    throw new ProviderAwayError('The keys of the identity provider cannot be had.', { cause: error });
  }

  return {
    issuer,
    verify: async (token, now) => {
      const expected = {
        algorithms: ALGORITHMS,
        issuer,
        audience,
        currentDate: now,
        clockTolerance: CLOCK_SKEW_SECONDS,
      };
      const payload = await jwtVerify(token, keys, expected).then((verified) => verified.payload, ifRefused);
      const read = claims.safeParse(payload);
      if (!read.success) return null;
      const { email: address, workspace = usual ?? null, exp, iat } = read.data;
      const issuedAt = iat === undefined ? now : new Date(iat * 1000);
      return { email: address, workspace, expiresAt: new Date(exp * 1000), issuedAt };
    },
  };
}
