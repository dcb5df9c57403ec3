import { z } from 'zod';
import { isAbove } from '../../auth/permissions.js';
import {
  DEFAULT_TOKEN_SECONDS,
  MAX_TOKEN_SECONDS,
  type SessionTokens,
  type SubjectRef,
} from '../../auth/session-token.js';
import { findTokenSubjects, type TokenSubject } from '../../auth/token-subject.sql.js';
import type { TokenClaims, Viewer } from '../../auth/viewer.js';
import { ForbiddenError, invalid, NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { actorRef, parse } from '../../lib/validation.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { requireActors } from '../actors/actor.sql.js';

const createSessionTokenInput = z.object({
  actorId: actorRef('USER', 'CONTACT').optional(),
  expiresInSeconds: z
    .int('Must be a whole number; null is not allowed here.')
    .min(1, 'Must be at least 1.')
    .max(MAX_TOKEN_SECONDS, `Must be at most ${MAX_TOKEN_SECONDS}, which is 24 hours.`)
    .default(DEFAULT_TOKEN_SECONDS),
});

type TokenContext = ActionContext & { tokens: SessionTokens };

/** The claims of a token that is yet to be issued. */
const NO_TOKEN = { issuedAt: null, keyId: null, issuerId: null };

export type CreatedSessionToken = { token: string; expiresAt: Date; actor: SubjectRef };

/** Makes a token for a user or a contact, with which no more can be done than the viewer may do. Nothing is written. */
export async function createSessionToken(context: TokenContext, input: unknown): Promise<CreatedSessionToken> {
  const { actorId, expiresInSeconds } = parse(createSessionTokenInput, input);
  const { viewer, tokens, clock, newId } = context;
  const now = clock();
  const { actor, kind } = await currentSubject(context, actorId ?? itself(viewer), now);
  const forItself = actor.id === viewer.actor.id;
  if (!forItself) assertMayIssue(viewer, kind);
  const claims = claimsOf(viewer, { forItself, now, expiresInSeconds });
  const { workspaceId } = viewer;
  const token = await tokens.sign({ workspaceId, actor, claims }, newId());
  return { token, expiresAt: claims.expiresAt, actor };
}

function itself({ actor }: Viewer): SubjectRef {
  if (actor.type === 'USER' || actor.type === 'CONTACT') return { type: actor.type, id: actor.id };
  throw invalid('actorId', 'Must be given: a key is neither a user nor a contact.');
}

/** The user or contact as they are now. Throws NotFoundError for none, ConflictError for a user who is deactivated. */
async function currentSubject(
  { database, viewer }: ActionContext,
  { type, id }: SubjectRef,
  now: Date,
): Promise<TokenSubject> {
  const { workspaceId } = viewer;
  const [subject] = await findTokenSubjects(database, [{ workspaceId, actorId: id, ...NO_TOKEN }], now);
  if (subject?.actor.type === type) return subject;
  await requireActors({ tx: database.prisma, workspaceId }, [{ type, id }]);
  throw new NotFoundError(type === 'USER' ? 'user' : 'contact', encodeId(type === 'USER' ? 'User' : 'Contact', id));
}

function assertMayIssue(viewer: Viewer, kind: TokenSubject['kind']): void {
  const { credential } = viewer;
  const isKey = credential.type === 'KEY';
  if (!isKey && !viewer.permissions.has('administer')) {
    throw new ForbiddenError('You may make tokens only for yourself. Leave actorId out.');
  }
  if (!isKey && credential.issuerId) {
    throw new ForbiddenError('With a token that somebody else made for you, you may make tokens only for yourself.');
  }
  if (kind !== 'CONTACT' && isAbove(kind, viewer)) {
    throw new ForbiddenError(`Nobody makes a token for a role above their own: ${kind}.`);
  }
}

type Asked = { forItself: boolean; now: Date; expiresInSeconds: number };

/**
 * What the token goes back to, and until when. A token that was made with a token ends with the same key and maker, and at
 * the latest 24 hours after somebody else than its bearer vouched for them: it cannot be prolonged for ever.
 */
function claimsOf({ credential, actor }: Viewer, { forItself, now, expiresInSeconds }: Asked): TokenClaims {
  const asked = now.getTime() + expiresInSeconds * 1000;
  if (credential.type === 'KEY') {
    return {
      expiresAt: toTheSecond(asked),
      issuedAt: now,
      authenticatedAt: now,
      keyId: credential.keyId,
      issuerId: null,
    };
  }
  const { authenticatedAt, keyId, issuerId } = credential;
  const expiresAt = toTheSecond(Math.min(asked, authenticatedAt.getTime() + MAX_TOKEN_SECONDS * 1000));
  if (expiresAt <= now) throw new ForbiddenError('Nobody has vouched for you for 24 hours. Sign in again.');
  return { expiresAt, issuedAt: now, authenticatedAt, keyId, issuerId: forItself ? issuerId : actor.id };
}

function toTheSecond(time: number): Date {
  return new Date(Math.floor(time / 1000) * 1000);
}
