import type { Logger } from 'pino';
import { keyCounts } from '../auth/key-counts.sql.js';
import { standingsOf } from '../auth/token-subject.sql.js';
import type { Viewer } from '../auth/viewer.js';
import type { Database } from '../db/client.js';
import type { LogPlace } from '../event-log/log-event.js';

/** A subscription of a session, as far as the session needs to know it. */
type SessionSubscription = { place: () => LogPlace; end: () => void };

/** A connection that lasts: a socket, or one subscription over HTTP. */
export type Session = {
  viewer: Viewer;
  subscriptions: Set<SessionSubscription>;
  /** Ends it because its key or token no longer counts. */
  revoke: () => void;
  /** Ends it because its viewer now is or may do something else: connected again, it goes on. */
  outdate: () => void;
};

export type Sessions = {
  add: (session: Session) => () => void;
  close: () => void;
};

const SWEEP_MS = 3_000;

/**
 * Keeps the sessions of this process, and ends those whose key or token no longer counts, within 5 seconds: revoked or
 * expired, or whom it is for was deactivated, deleted or merged, or has another role.
 */
export function createSessions(database: Database, clock: () => Date, log: Logger): Sessions {
  const sessions = new Set<Session>();

  async function sweep(): Promise<void> {
    const now = clock();
    // Also while the database, which the rest needs, is away.
    for (const session of [...sessions]) if (hasExpired(session.viewer, now)) session.revoke();
    const open = [...sessions];
    await Promise.all([checkKeys(database, open, now), checkTokens(database, open, now)]);
  }

  const sweeping = setInterval(() => {
    sweep().catch((err: unknown) => log.warn({ err }, 'The keys of the open connections could not be checked'));
  }, SWEEP_MS);
  sweeping.unref();

  return {
    add: (session) => {
      sessions.add(session);
      return () => sessions.delete(session);
    },
    close: () => clearInterval(sweeping),
  };
}

/** Ends the sessions whose key was revoked or has expired, or whose bot is deactivated. */
async function checkKeys({ prisma }: Database, sessions: readonly Session[], now: Date): Promise<void> {
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
async function checkTokens(database: Database, sessions: readonly Session[], now: Date): Promise<void> {
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
