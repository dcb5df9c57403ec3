import type { Database } from '../db/client.js';
import { decodeId } from '../lib/ids.js';
import type { Identity } from './identity-provider.js';
import type { SessionToken } from './session-token.js';
import type { Standing } from './token-subject.js';
import { standingsOf } from './token-subject.sql.js';
import { type TokenFacts, type Viewer, viewerOf } from './viewer.js';

function viewerWithToken(workspaceId: string, { actor, kind }: Standing, facts: TokenFacts): Viewer {
  return viewerOf({ workspaceId, actor, kind, credential: { type: 'TOKEN', ...facts } }, null);
}

/** The viewer of one of our own tokens, with the role of this moment; null where whom it is for may not sign in. */
export async function viewerOfToken(database: Database, token: SessionToken | null, now: Date): Promise<Viewer | null> {
  if (!token) return null;
  const { workspaceId, actor, facts } = token;
  const [standing] = await standingsOf(database, [{ workspaceId, actorId: actor.id, ...facts }], now);
  return standing ? viewerWithToken(workspaceId, standing, facts) : null;
}

/**
 * The viewer of a person who signed in at the identity provider: the active user with this e-mail address, in the
 * workspace that the provider names, or else in the only one that has such a user. Null where there is not exactly one,
 * or they were deactivated since they signed in.
 */
export async function viewerOfIdentity({ prisma }: Database, identity: Identity | null): Promise<Viewer | null> {
  if (!identity) return null;
  const { email, workspace, expiresAt, issuedAt } = identity;
  const workspaceId = workspace && decodeId('Workspace', workspace);
  const inWorkspace = workspaceId ? { id: workspaceId } : { slug: workspace ?? '' };
  const users = await prisma.user.findMany({
    where: { email, deactivatedAt: null, ...(workspace === null ? {} : { workspace: inWorkspace }) },
    select: { workspaceId: true, id: true, role: true, reactivatedAt: true },
    take: 2,
  });
  const [user] = users;
  if (!user || users.length > 1) return null;
  if (user.reactivatedAt && issuedAt <= user.reactivatedAt) return null;
  const facts = { expiresAt, issuedAt, vouchedAt: issuedAt, keyId: null, makerId: null };
  return viewerWithToken(user.workspaceId, { actor: { type: 'USER', id: user.id }, kind: user.role }, facts);
}
