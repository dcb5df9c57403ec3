import { keyCounts } from '../auth/key-counts.sql.js';
import { standingsOf } from '../auth/token-subject.sql.js';
import type { Viewer } from '../auth/viewer.js';
import type { Database } from '../db/client.js';
import type { Session } from './sessions.js';

/** Ends the sessions whose key was revoked or has expired, or whose bot is deactivated. */
export async function checkKeys({ prisma }: Database, sessions: readonly Session[], now: Date): Promise<void> {
  const byKey = sessions.flatMap((session) => {
    const { credential } = session.viewer;
    return credential.type === 'KEY' ? [{ session, keyId: credential.keyId }] : [];
  });
  if (byKey.length === 0) return;
  const valid = await prisma.$queryRaw<{ id: string }[]>`
    SELECT k.id FROM "ApiKey" k
    WHERE k.id = ANY(${[...new Set(byKey.map(({ keyId }) => keyId))]}::uuid[]) AND ${keyCounts(now)}`;
  const ids = new Set(valid.map(({ id }) => id));
  for (const { session, keyId } of byKey) if (!ids.has(keyId)) session.revoke();
}

/** Whether a viewer's token has expired; a key's end is looked up. */
export function hasExpired({ credential }: Viewer, now: Date): boolean {
  return credential.type === 'TOKEN' && credential.expiresAt <= now;
}

/** Ends the sessions whose token's bearer may not sign in, is another one now, or has another role. */
export async function checkTokens(database: Database, sessions: readonly Session[], now: Date): Promise<void> {
  const byToken = sessions.flatMap((session) => {
    const { workspaceId, actor, credential } = session.viewer;
    if (credential.type === 'KEY') return [];
    return [{ session, claimed: { workspaceId, actorId: actor.id, ...credential } }];
  });
  if (byToken.length === 0) return;
  const standings = await standingsOf(
    database,
    byToken.map(({ claimed }) => claimed),
    now,
  );
  for (const [index, { session }] of byToken.entries()) {
    const { viewer } = session;
    const standing = standings[index];
    if (!standing) session.revoke();
    else if (standing.kind !== viewer.kind || standing.actor.id !== viewer.actor.id) session.outdate();
  }
}
