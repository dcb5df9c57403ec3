import { isAbove } from '../../auth/permissions.js';
import {
  DEFAULT_TOKEN_SECONDS,
  MAX_TOKEN_SECONDS,
  type SessionTokens,
  type SubjectRef,
} from '../../auth/session-token.js';
import { findTokenSubjects, type TokenSubject } from '../../auth/token-subject.sql.js';
import { isBoundToTrustedDocuments, type TokenClaims, type Viewer } from '../../auth/viewer.js';
import { ForbiddenError, invalid, NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { input, optional, type Parsed, rule } from '../../lib/input.js';
import { actorRef, flag, int } from '../../lib/rules.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { requireActors } from '../actors/actor.sql.js';

const lifetime = rule(
  'Int',
  int(1).max(MAX_TOKEN_SECONDS, `Must be at most ${MAX_TOKEN_SECONDS}, which is 24 hours.`),
  `1 to ${MAX_TOKEN_SECONDS.toLocaleString('en')}, which is 24 hours.`,
);

export const createSessionTokenInput = input('CreateSessionTokenInput', 'Who a token is for, and for how long.', {
  actorId: optional(
    actorRef('USER', 'CONTACT'),
    "A user or contact, not above the caller's role. Default: the viewer. Required for API keys.",
  ),
  expiresInSeconds: optional(
    lifetime,
    `The number of seconds until the token expires. Default: ${DEFAULT_TOKEN_SECONDS}.`,
  ),
  trustedDocumentsOnly: optional(
    flag,
    'Whether the bearer may send only documents that the server trusts, by their id or text; others fail with DOCUMENT_NOT_TRUSTED. Always true if the caller has such a token. Default: false. Must not be true if the server has no trusted documents.',
  ),
  renewable: optional(
    flag,
    'Whether its bearer may extend the session by another token for themselves. Default: true, unless the viewer has a token that is not renewable.',
  ),
});

type TokenContext = ActionContext & {
  tokens: SessionTokens;
  config: { trustedDocuments: { mode: 'off' | 'prefer' | 'only' } };
};

/** The claims of a token that is yet to be issued. */
const NO_TOKEN = { issuedAt: null, tokenId: null, keyId: null, issuerId: null };

const NO_TRUSTED_DOCUMENTS =
  'This server has no trusted documents: its operator sets TRUSTED_DOCUMENTS to prefer or only. Omit this field.';

export type CreatedSessionToken = { token: string; expiresAt: Date; actor: SubjectRef };

/**
 * Issues a token for a user or a contact. It never allows more than the viewer may do. Writes nothing to the database.
 * Throws ValidationError if it is to be bound to trusted documents and there are none, ForbiddenError if the viewer may not issue it, NotFoundError or ConflictError if there is no such active user or
 * contact.
 */
export async function createSessionToken(
  context: TokenContext,
  {
    actorId,
    expiresInSeconds = DEFAULT_TOKEN_SECONDS,
    renewable = true,
    trustedDocumentsOnly: bound = false,
  }: Parsed<typeof createSessionTokenInput>,
): Promise<CreatedSessionToken> {
  const { viewer, tokens, clock, newId, config } = context;
  if (bound && config.trustedDocuments.mode === 'off') throw invalid('trustedDocumentsOnly', NO_TRUSTED_DOCUMENTS);
  const now = clock();
  const { actor, kind } = await currentSubject(context, actorId ?? itself(viewer), now);
  const forItself = actor.id === viewer.actor.id;
  if (forItself) assertRenewable(viewer);
  else assertMayIssue(viewer, kind);
  const trustedDocumentsOnly = bound || isBoundToTrustedDocuments(viewer);
  const claimed = claimsOf(viewer, { forItself, now, expiresInSeconds, renewable });
  const claims = { tokenId: newId(), ...claimed, trustedDocumentsOnly };
  const { workspaceId } = viewer;
  const token = await tokens.sign({ workspaceId, actor, claims });
  return { token, expiresAt: claims.expiresAt, actor };
}

function itself({ actor }: Viewer): SubjectRef {
  if (actor.type === 'USER' || actor.type === 'CONTACT') return { type: actor.type, id: actor.id };
  throw invalid('actorId', 'Required for API keys, which are neither users nor contacts.');
}

/** Finds the user or contact. Throws NotFoundError if there is none, ConflictError if the user is deactivated. */
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

function assertRenewable({ credential }: Viewer): void {
  if (credential.type === 'KEY' || credential.renewable) return;
  throw new ForbiddenError('This token cannot be renewed. Sign in again when it has expired.');
}

function assertMayIssue(viewer: Viewer, kind: TokenSubject['kind']): void {
  const { credential } = viewer;
  const isKey = credential.type === 'KEY';
  if (!isKey && !viewer.permissions.has('administer')) {
    throw new ForbiddenError('You may issue tokens only for yourself. Omit actorId.');
  }
  if (!isKey && credential.issuerId) {
    throw new ForbiddenError(
      'With a token that someone else issued for you, you may issue tokens only for yourself. Omit actorId.',
    );
  }
  if (kind !== 'CONTACT' && isAbove(kind, viewer)) {
    throw new ForbiddenError(`You cannot issue a token for a role above your own: ${kind}.`);
  }
}

type Requested = { forItself: boolean; now: Date; expiresInSeconds: number; renewable: boolean };
type Lifetime = Omit<TokenClaims, 'tokenId' | 'trustedDocumentsOnly'>;

/**
 * What the new token depends on, and when it expires. A token issued with a token depends on the same key and issuer, and
 * expires at most 24 hours after someone other than its bearer vouched for them, so it cannot be renewed indefinitely.
 */
function claimsOf({ credential, actor }: Viewer, { forItself, now, expiresInSeconds, renewable }: Requested): Lifetime {
  const requested = now.getTime() + expiresInSeconds * 1000;
  if (credential.type === 'KEY') {
    return {
      renewable,
      expiresAt: wholeSeconds(requested),
      issuedAt: now,
      authenticatedAt: now,
      keyId: credential.keyId,
      issuerId: null,
    };
  }
  const { authenticatedAt, keyId, issuerId } = credential;
  const expiresAt = wholeSeconds(Math.min(requested, authenticatedAt.getTime() + MAX_TOKEN_SECONDS * 1000));
  if (expiresAt <= now) throw new ForbiddenError('Your sign-in is more than 24 hours old. Sign in again.');
  return {
    renewable: renewable && credential.renewable,
    expiresAt,
    issuedAt: now,
    authenticatedAt,
    keyId,
    issuerId: forItself ? issuerId : actor.id,
  };
}

function wholeSeconds(time: number): Date {
  return new Date(Math.floor(time / 1000) * 1000);
}
