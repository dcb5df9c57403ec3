import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { type ActorRef, actorId } from '../lib/actor-ref.js';
import { encodeId } from '../lib/ids.js';
import { actorRef, id } from '../lib/rules.js';
import { isPem, OUR_ISSUER } from '../lib/token-secret.js';
import type { TokenClaims } from './viewer.js';

/** The maximum lifetime of a token, and of all tokens that are derived from it. */
export const MAX_TOKEN_SECONDS = 24 * 60 * 60;
export const DEFAULT_TOKEN_SECONDS = 60 * 60;

/** Explicit typing (RFC 8725, section 3.11) distinguishes our tokens from others signed by the same key. */
const TOKEN_TYPE = 'parley+jwt';
/** Tokens whose signature need not be checked again, of about a kilobyte each. */
const MAX_REMEMBERED = 5_000;
/** How much the clocks of two processes may differ. */
const CLOCK_SKEW_SECONDS = 60;

/** The user or contact that a token is for. */
export type SubjectRef = ActorRef & { type: 'USER' | 'CONTACT' };

export type SessionToken = { workspaceId: string; actor: SubjectRef; claims: TokenClaims & { tokenId: string } };

/** Signs and verifies our own tokens. */
export type SessionTokens = {
  /** Returns the token. Times are truncated to seconds, except `issuedAt`, which is compared with other times exactly. */
  sign: (token: SessionToken) => Promise<string>;
  /** Returns the content of a token, or null if it is not ours, was modified, has expired, or is not valid yet. */
  verify: (token: string, now: Date) => Promise<SessionToken | null>;
};

const seconds = z.int().min(0);
const exactSeconds = z.number().min(0);

const payloadSchema = z.object({
  sub: actorRef('USER', 'CONTACT'),
  ws: id('Workspace'),
  iat: exactSeconds,
  exp: seconds,
  auth_time: seconds,
  jti: z.guid(),
  // Left out of tokens that are renewable, as most are.
  renew: z.literal(false).optional(),
  key: id('ApiKey').optional(),
  // RFC 8693: the actor; here, the user who issued the token for somebody else.
  act: z.object({ sub: id('User') }).optional(),
  trusted_documents_only: z.boolean().optional(),
});

const toSeconds = (time: Date) => Math.floor(time.getTime() / 1000);
const toDate = (time: number) => new Date(Math.round(time * 1000));

/**
 * The algorithm is fixed by the key and never taken from a token: EdDSA with an Ed25519 private key in PEM (PKCS #8),
 * HS256 with any other secret.
 */
function keysOf(secret: string | Uint8Array): {
  alg: string;
  signing: KeyObject | Uint8Array;
  verifying: KeyObject | Uint8Array;
} {
  if (typeof secret === 'string' && isPem(secret)) {
    const signing = createPrivateKey(secret);
    return { alg: 'EdDSA', signing, verifying: createPublicKey(signing) };
  }
  const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
  return { alg: 'HS256', signing: bytes, verifying: bytes };
}

export function createSessionTokens(secret: string | Uint8Array): SessionTokens {
  const { alg, signing, verifying } = keysOf(secret);
  /** A frontend sends the same token with every request, whose signature takes as long to check as a row to read. */
  const verified = new LRUCache<string, SessionToken>({ max: MAX_REMEMBERED });
  return {
    sign: ({ workspaceId, actor, claims }) =>
      new SignJWT({ ws: encodeId('Workspace', workspaceId), ...ownClaims(claims) })
        .setProtectedHeader({ alg, typ: TOKEN_TYPE })
        .setIssuer(OUR_ISSUER)
        .setAudience(OUR_ISSUER)
        .setSubject(actorId(actor))
        .setIssuedAt(claims.issuedAt.getTime() / 1000)
        .setExpirationTime(toSeconds(claims.expiresAt))
        .setJti(claims.tokenId)
        .sign(signing),
    verify: async (token, now) => {
      const read = verified.get(token) ?? (await verifySignature(token, now));
      if (!read || !isTimely(read.claims, now)) return null;
      verified.set(token, read);
      return read;
    },
  };

  async function verifySignature(token: string, now: Date): Promise<SessionToken | null> {
    const expected = {
      algorithms: [alg],
      issuer: OUR_ISSUER,
      audience: OUR_ISSUER,
      typ: TOKEN_TYPE,
      currentDate: now,
    };
    const payload = await jwtVerify(token, verifying, expected).then(({ payload }) => payload, nullIfInvalid);
    const read = payloadSchema.safeParse(payload);
    return read.success ? tokenOf(read.data) : null;
  }
}

function tokenOf(payload: z.output<typeof payloadSchema>): SessionToken {
  const { sub: actor, ws: workspaceId, iat, exp, auth_time: authTime, jti, renew, key, act } = payload;
  const claims = {
    tokenId: jti,
    renewable: renew ?? true,
    expiresAt: toDate(exp),
    issuedAt: toDate(iat),
    authenticatedAt: toDate(authTime),
    keyId: key ?? null,
    issuerId: act?.sub ?? null,
    trustedDocumentsOnly: payload.trusted_documents_only ?? false,
  };
  return { workspaceId, actor, claims };
}

/** Whether a token has not expired, and was not issued in the future or for too long. */
function isTimely({ issuedAt, expiresAt }: TokenClaims, now: Date): boolean {
  const [issued, expires] = [issuedAt.getTime() / 1000, toSeconds(expiresAt)];
  return (
    expires > toSeconds(now) && issued <= toSeconds(now) + CLOCK_SKEW_SECONDS && expires - issued <= MAX_TOKEN_SECONDS
  );
}

/** The claims of our own; those without a value are left out. */
function ownClaims({ authenticatedAt, renewable, keyId, issuerId, trustedDocumentsOnly }: TokenClaims): JWTPayload {
  return {
    auth_time: toSeconds(authenticatedAt),
    ...(renewable ? {} : { renew: false }),
    ...(keyId ? { key: encodeId('ApiKey', keyId) } : {}),
    ...(issuerId ? { act: { sub: encodeId('User', issuerId) } } : {}),
    ...(trustedDocumentsOnly ? { trusted_documents_only: true } : {}),
  };
}

/** Returns null for an error that the token has caused, and throws every other one. */
function nullIfInvalid(error: unknown): null {
  if (error instanceof errors.JOSEError) return null;
  throw error;
}
