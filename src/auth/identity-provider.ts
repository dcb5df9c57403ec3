import { type CryptoKey, createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Logger } from 'pino';
import { z } from 'zod';
import { email } from '../lib/rules.js';
import { nullIfInvalid } from './session-token.js';

export type IdentityProviderConfig = {
  jwksUrl: string;
  issuer: string;
  audience: string;
  /** The public id of the workspace for tokens that name none. */
  workspace?: string | undefined;
};

/** A person who has signed in at the provider. */
export type ProviderIdentity = {
  /** In lower case. */
  email: string;
  /** The slug or the public id of the workspace; null if neither the token nor the configuration names one. */
  workspace: string | null;
  expiresAt: Date;
  /** The current time if the token has no `iat`. */
  issuedAt: Date;
};

export type IdentityProvider = {
  issuer: string;
  /**
   * Returns the person that a token identifies, or null if it is not valid.
   * @throws {ProviderUnavailableError} if the provider's keys could not be fetched
   */
  verify: (token: string, now: Date) => Promise<ProviderIdentity | null>;
};

/** The provider's keys could not be fetched, so its tokens cannot be verified. */
export class ProviderUnavailableError extends Error {}

/** Asymmetric signatures only: with a shared secret, whoever can verify a token can also issue one. */
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
const KEYS_MAX_AGE_MS = 10 * 60 * 1000;
/** A token with an unknown key causes the keys to be fetched again, but at most this often. */
const REFETCH_COOLDOWN_MS = 5_000;
const FETCH_TIMEOUT_MS = 5_000;

/** Errors that a token causes, and not the provider. */
const tokenErrors = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

const payloadSchema = z.object({
  exp: z.number(),
  iat: z.number().optional(),
  // Only ASCII: in lower case some other letters, such as the Kelvin sign, would turn an address into somebody else's.
  email: z
    .string()
    .regex(/^[\x21-\x7e]+$/)
    .pipe(email),
  // Some providers send it as a string.
  email_verified: z
    .union([z.boolean(), z.string()])
    .optional()
    .refine((verified) => String(verified) !== 'false'),
  workspace: z.string().optional(),
});

/** Verifies the tokens of an OpenID Connect provider by the keys that it publishes. */
export function createIdentityProvider(
  { jwksUrl, issuer, audience, workspace: defaultWorkspace }: IdentityProviderConfig,
  log: Logger,
): IdentityProvider {
  const jwks = createRemoteJWKSet(new URL(jwksUrl), {
    timeoutDuration: FETCH_TIMEOUT_MS,
    cooldownDuration: REFETCH_COOLDOWN_MS,
    cacheMaxAge: KEYS_MAX_AGE_MS,
  });
  const keys: JWTVerifyGetKey<CryptoKey> = (header, token) => jwks(header, token).catch(rethrow);

  function rethrow(error: unknown): never {
    if (tokenErrors.some((kind) => error instanceof kind)) throw error;
    log.error({ err: error, jwksUrl }, "The identity provider's keys could not be fetched");
    throw new ProviderUnavailableError("The identity provider's keys could not be fetched.", { cause: error });
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
      const payload = await jwtVerify(token, keys, expected).then((verified) => verified.payload, nullIfInvalid);
      const read = payloadSchema.safeParse(payload);
      if (!read.success) return null;
      const { email: address, workspace = defaultWorkspace ?? null, exp, iat } = read.data;
      const issuedAt = iat === undefined ? now : new Date(iat * 1000);
      return { email: address, workspace, expiresAt: new Date(exp * 1000), issuedAt };
    },
  };
}
