import { type CryptoKey, compactVerify, decodeProtectedHeader, errors, type JWSHeaderParameters } from 'jose';
import type { Logger } from 'pino';
import { z } from 'zod';
import { withoutNulls } from '../lib/collections.js';
import { email } from '../lib/rules.js';
import { createProviderKeys } from './provider-keys.js';

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

/** A JSON object whose members that are null count as absent. */
const jsonObject = z.record(z.string(), z.unknown()).transform(withoutNulls);

const payloadSchema = jsonObject.pipe(
  z.object({
    iss: z.string(),
    aud: z.union([z.string(), z.array(z.string())]),
    exp: z.number(),
    nbf: z.number().optional(),
    iat: z.number().optional(),
    // Only ASCII: in lower case some other letters, such as the Kelvin sign, would turn an address into somebody else's.
    email: z
      .string()
      .regex(/^[\x21-\x7e]+$/)
      .pipe(email),
    // Some providers send it as a string. Without the claim, an address may be whatever the person has typed.
    email_verified: z.literal([true, 'true']),
    workspace: z.string().optional(),
  }),
);

/** Verifies the tokens of an OpenID Connect provider by the keys that it publishes. */
export function createIdentityProvider(
  { jwksUrl, issuer, audience, workspace: defaultWorkspace }: IdentityProviderConfig,
  log: Logger,
): IdentityProvider {
  const keys = createProviderKeys(jwksUrl, log);

  /** The payload of a token that one of the published keys has signed, or null. */
  async function signedPayload(token: string): Promise<unknown> {
    const header = headerOf(token);
    if (!header) return null;
    const payload = await verifyWithAny(token, await keys.fitting(header));
    if (payload !== null || !(await keys.refresh())) return payload;
    return verifyWithAny(token, await keys.fitting(header));
  }

  return {
    issuer,
    verify: async (token, now) => {
      const read = payloadSchema.safeParse(await signedPayload(token));
      if (!read.success) return null;
      const { iss, aud, exp, nbf, iat, email: address, workspace = defaultWorkspace ?? null } = read.data;
      const seconds = Math.floor(now.getTime() / 1000);
      if (iss !== issuer || ![aud].flat().includes(audience)) return null;
      if (exp <= seconds - CLOCK_SKEW_SECONDS) return null;
      if (Math.max(nbf ?? 0, iat ?? 0) > seconds + CLOCK_SKEW_SECONDS) return null;
      const issuedAt = iat === undefined ? now : new Date(iat * 1000);
      return { email: address, workspace, expiresAt: new Date(exp * 1000), issuedAt };
    },
  };
}

/** The header of a token, if it is one that could be signed by a published key. */
function headerOf(token: string): JWSHeaderParameters | null {
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    if (token.split('.').length !== 3 || alg === undefined || !ALGORITHMS.includes(alg)) return null;
    return kid === undefined || kid === null ? { alg } : { alg, kid };
  } catch {
    return null;
  }
}

async function verifyWithAny(token: string, keys: CryptoKey[]): Promise<unknown> {
  for (const key of keys) {
    const payload = await payloadOf(token, key);
    if (payload !== null) return payload;
  }
  return null;
}

/** The payload of a token that this key has signed; null also for a key that cannot verify anything, such as a short one. */
async function payloadOf(token: string, key: CryptoKey): Promise<unknown> {
  try {
    const { payload } = await compactVerify(token, key, { algorithms: ALGORITHMS });
    return JSON.parse(new TextDecoder().decode(payload));
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof SyntaxError) return null;
    throw error;
  }
}
