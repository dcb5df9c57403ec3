import type { Logger } from 'pino';
import type { Database } from '../db/client.js';
import { perTurnOfFirst } from '../lib/per-turn.js';
import type { IdentityProviderConfig, ProviderIdentity } from './identity-provider.js';
import { findIdentityUser } from './identity-user.sql.js';
import type { SessionToken } from './session-token.js';
import { findTokenSubjects, type TokenSubject } from './token-subject.sql.js';
import { type TokenClaims, type Viewer, viewerOf } from './viewer.js';

function viewerWithToken(workspaceId: string, { actor, kind, hasMerged }: TokenSubject, claims: TokenClaims): Viewer {
  return viewerOf({ workspaceId, actor, kind, hasMerged, credential: { type: 'TOKEN', ...claims } }, null);
}

/**
 * Returns a function that finds the viewer of one of our own tokens, with their current role; null if the token is not
 * valid any more. The subjects of all tokens that come together are looked up by one statement.
 */
export function createTokenViewers(
  database: Database,
  clock: () => Date,
): (token: SessionToken | null) => Promise<Viewer | null> {
  const find = perTurnOfFirst<SessionToken, TokenSubject | null>((tokens) => {
    const claims = tokens.map((token) => ({
      workspaceId: token.workspaceId,
      actorId: token.actor.id,
      ...token.claims,
    }));
    return findTokenSubjects(database, claims, clock());
  });
  return async (token) => {
    const subject = token && (await find(token));
    return subject && viewerWithToken(token.workspaceId, subject, token.claims);
  };
}

/**
 * The viewer of a person who has signed in at the identity provider: the active user with this email address, in the
 * workspace that the token names, or in any workspace that is served if it names none. null unless there is exactly one such user, and
 * null if the user has been reactivated since the sign-in.
 */
export async function viewerOfIdentity(database: Database, identity: ProviderIdentity | null): Promise<Viewer | null> {
  if (!identity) return null;
  const { expiresAt, issuedAt } = identity;
  const user = await findIdentityUser(database, identity);
  if (!user) return null;
  if (user.reactivatedAt && issuedAt <= user.reactivatedAt) return null;
  const origin = { tokenId: null, renewable: true, keyId: null, issuerId: null, trustedDocumentsOnly: false };
  const claims = { ...origin, expiresAt, issuedAt, authenticatedAt: issuedAt };
  return viewerWithToken(
    user.workspaceId,
    { actor: { type: 'USER', id: user.id }, kind: user.role, hasMerged: false },
    claims,
  );
}

const AMBIGUOUS_WORKSPACE =
  'Tokens of the identity provider may omit the claim "workspace", but there are several workspaces. Users are then looked up in all of them, so an administrator of any workspace can lock a person out by creating a user with the same email address. Set JWT_WORKSPACE to the id of one workspace, or make the provider name one by its id in every token';

/** Logs a warning if tokens of the identity provider may name no workspace and there is more than one. */
export async function warnIfWorkspaceAmbiguous(
  { prisma }: Database,
  { workspace }: IdentityProviderConfig,
  log: Logger,
): Promise<void> {
  if (workspace !== undefined) return;
  const found = await prisma.workspace.findMany({ select: { id: true }, take: 2 });
  if (found.length > 1) log.warn(AMBIGUOUS_WORKSPACE);
}
