import type { Logger } from 'pino';
import type { Viewer } from '../auth/viewer.js';
import type { Database } from '../db/client.js';
import type { LogPlace } from '../event-log/cursor.js';
import { checkKeys, checkTokens, hasExpired } from './session-check.js';

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
