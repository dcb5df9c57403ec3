import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { type ActorRef, actorId } from '../lib/actor-ref.js';
import { encodeId } from '../lib/ids.js';
import { isPem, OUR_ISSUER } from '../lib/token-secret.js';
import { actorRef, id } from '../lib/validation.js';
import type { TokenFacts } from './viewer.js';

/** Nobody vouches for longer than this: neither a token, nor those that are made with it, live longer. */
export const MAX_TOKEN_SECONDS = 24 * 60 * 60;
export const DEFAULT_TOKEN_SECONDS = 60 * 60;

/** Explicit typing (RFC 8725, 3.11): no other token that the same key may have signed is one of these. */
const TOKEN_TYPE = 'parley+jwt';
/** How far the clocks of two processes may be apart. */
const CLOCK_SKEW_SECONDS = 60;

/** Whom a token is for. */
export type TokenSubject = { workspaceId: string; actor: ActorRef & { type: 'USER' | 'CONTACT' } };

export type SessionToken = TokenSubject & { facts: TokenFacts };

/** Makes and reads our own tokens. */
export type SessionTokens = {
  /** Times are kept to the second, but for `issuedAt`, by which tokens from before and after another time are told. */
  sign: (token: SessionToken, id: string) => Promise<string>;
  /** What a token says, or null where it is not one of ours, was tampered with, has expired or is not valid yet. */
  verify: (token: string, now: Date) => Promise<SessionToken | null>;
};

const seconds = z.int().min(0);
const exactSeconds = z.number().min(0);

const claims = z.object({
  sub: actorRef('USER', 'CONTACT'),
  ws: id('Workspace'),
  iat: exactSeconds,
  exp: seconds,
  auth_time: seconds,
  jti: z.string().min(1),
  key: id('ApiKey').optional(),
  // RFC 8693: who acts for the subject; here, who made the token for somebody else.
  act: z.object({ sub: id('User') }).optional(),
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
  return {
    sign: ({ workspaceId, actor, facts: { expiresAt, issuedAt, vouchedAt, keyId, makerId } }, id) =>
      new SignJWT({
        ws: encodeId('Workspace', workspaceId),
        auth_time: toSeconds(vouchedAt),
        ...(keyId ? { key: encodeId('ApiKey', keyId) } : {}),
        ...(makerId ? { act: { sub: encodeId('User', makerId) } } : {}),
      })
        .setProtectedHeader({ alg, typ: TOKEN_TYPE })
        .setIssuer(OUR_ISSUER)
        .setAudience(OUR_ISSUER)
        .setSubject(actorId(actor))
        .setIssuedAt(issuedAt.getTime() / 1000)
        .setExpirationTime(toSeconds(expiresAt))
        .setJti(id)
        .sign(signing),
    verify: async (token, now) => {
      const expected = {
        algorithms: [alg],
        issuer: OUR_ISSUER,
        audience: OUR_ISSUER,
        typ: TOKEN_TYPE,
        currentDate: now,
      };
      const payload = await jwtVerify(token, verifying, expected).then((verified) => verified.payload, ifRefused);
      const read = claims.safeParse(payload);
      if (!read.success) return null;
      const { sub: actor, ws: workspaceId, iat, exp, auth_time: vouchedAt, key, act } = read.data;
      if (iat > toSeconds(now) + CLOCK_SKEW_SECONDS || exp - iat > MAX_TOKEN_SECONDS) return null;
      const facts = {
        expiresAt: toDate(exp),
        issuedAt: toDate(iat),
        vouchedAt: toDate(vouchedAt),
        keyId: key ?? null,
        makerId: act?.sub ?? null,
      };
      return { workspaceId, actor, facts };
    },
  };
}

/** Null where a token was refused; every other failure is ours. */
export function ifRefused(error: unknown): null {
  if (error instanceof errors.JOSEError) return null;
  throw error;
}
