import type { Logger } from 'pino';
import type { Database } from '../db/client.js';
import type { LogPlace } from '../events/cursor.js';
import type { Viewer } from './viewer.js';

/** A subscription of a session, as far as the session needs to know it. */
type SessionSubscription = { place: () => LogPlace; end: () => void };

/** A connection that lasts: a socket, or one subscription over HTTP. */
export type Session = {
  viewer: Viewer;
  subscriptions: Set<SessionSubscription>;
  /** Ends it because its key no longer counts. */
  revoke: () => void;
};

export type Sessions = {
  add: (session: Session) => () => void;
  all: () => Iterable<Session>;
  close: () => void;
};

const SWEEP_MS = 3_000;

/** Keeps the sessions of this process, and ends those whose key was revoked or has expired, within 5 seconds. */
export function createSessions({ prisma }: Database, clock: () => Date, log: Logger): Sessions {
  const sessions = new Set<Session>();

  async function sweep(): Promise<void> {
    const keyIds = [...new Set([...sessions].map(({ viewer }) => viewer.keyId))];
    if (keyIds.length === 0) return;
    const valid = await prisma.$queryRaw<{ id: string }[]>`
      SELECT k.id FROM "ApiKey" k LEFT JOIN "Bot" b ON b."workspaceId" = k."workspaceId" AND b.id = k."botId"
      WHERE k.id = ANY(${keyIds}::uuid[]) AND k."revokedAt" IS NULL AND (k."expiresAt" IS NULL OR k."expiresAt" > ${clock()})
        AND b."deactivatedAt" IS NULL`;
    const ids = new Set(valid.map(({ id }) => id));
    for (const session of [...sessions]) {
      if (keyIds.includes(session.viewer.keyId) && !ids.has(session.viewer.keyId)) session.revoke();
    }
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
    all: () => sessions,
    close: () => clearInterval(sweeping),
  };
}
