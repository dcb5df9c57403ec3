import type { Logger } from 'pino';
import { keyIsValid, makerRole } from '../auth/authenticate-key.js';
import { findTokenSubjects } from '../auth/token-subject.sql.js';
import { callerKey, type Viewer } from '../auth/viewer.js';
import type { Database } from '../db/client.js';
import type { LogPosition } from '../event-log/log-event.js';
import type { UserRole } from '../generated/prisma/enums.js';

/** A subscription as its session sees it. */
type SessionSubscription = { resumePosition: () => LogPosition; end: () => void };

/** A lasting connection: a WebSocket, or one subscription over HTTP. */
export type Session = {
  viewer: Viewer;
  subscriptions: Set<SessionSubscription>;
  /** Ends the session because its key or token is no longer valid. The message says why and what to do. */
  revoke: (message: EndOfCredential) => void;
  /** Ends the session because its viewer or the viewer's role has changed. The client can reconnect and resume. */
  requireReconnect: () => void;
};

/** Why a key or token is no longer valid, and what to do. At most 123 bytes each: they are reasons of close frames too. */
export const endOfCredential = {
  tokenExpired: 'The token has expired: get a new one and reconnect.',
  tokenRefused: 'The token was revoked, or its subject may no longer sign in: sign in again.',
  keyRefused: 'The API key was revoked or has expired, or its bot or maker may no longer use it: use another one.',
} as const;

type EndOfCredential = (typeof endOfCredential)[keyof typeof endOfCredential];

/** How many sessions an API key, and a user or contact, may have open on this process. */
export type SessionLimits = { key: number; user: number };

export type Sessions = {
  /** Whether the viewer may open one more session. */
  hasRoom: (viewer: Viewer) => boolean;
  /** Adds a session. Returns how to remove it. */
  add: (session: Session) => () => void;
  close: () => void;
};

const SWEEP_MS = 3_000;

/**
 * Keeps the sessions of this process. A session ends within 5 seconds after its key or token was revoked or has
 * expired, or after its subject or its maker was deactivated, deleted, merged or given another role.
 */
export function createSessions(database: Database, limits: SessionLimits, clock: () => Date, log: Logger): Sessions {
  const sessions = new Set<Session>();
  /** How many sessions each caller has. */
  const open = new Map<string, number>();

  function count(caller: string, change: 1 | -1): void {
    const now = (open.get(caller) ?? 0) + change;
    if (now === 0) open.delete(caller);
    else open.set(caller, now);
  }

  async function sweep(): Promise<void> {
    const now = clock();
    // First, because expiry needs no database, which may be away.
    for (const session of [...sessions]) {
      if (hasExpired(session.viewer, now)) session.revoke(endOfCredential.tokenExpired);
    }
    const current = [...sessions];
    await Promise.all([checkKeys(database, current, now), checkTokens(database, current, now)]);
  }

  const sweeping = setInterval(() => {
    sweep().catch((err: unknown) => log.warn({ err }, 'Could not check the keys and tokens of open connections'));
  }, SWEEP_MS);
  sweeping.unref();

  return {
    hasRoom: (viewer) => {
      const limit = viewer.credential.type === 'KEY' ? limits.key : limits.user;
      return (open.get(callerKey(viewer)) ?? 0) < limit;
    },
    add: (session) => {
      const caller = callerKey(session.viewer);
      sessions.add(session);
      count(caller, 1);
      return () => {
        if (sessions.delete(session)) count(caller, -1);
      };
    },
    close: () => clearInterval(sweeping),
  };
}

/** Ends the sessions whose key is not valid any more, or was made by a user who has another role now. */
async function checkKeys({ read }: Database, sessions: readonly Session[], now: Date): Promise<void> {
  const byKey = sessions.flatMap((session) => {
    const { workspaceId, credential } = session.viewer;
    return credential.type === 'KEY' ? [{ session, workspaceId, credential }] : [];
  });
  if (byKey.length === 0) return;
  // A workspace that was imported has the ids it had: they are unique only within it.
  const keys = new Map(
    byKey.map(({ workspaceId, credential: { keyId } }) => [`${workspaceId} ${keyId}`, { workspaceId, keyId }]),
  );
  const valid = await read<{ workspaceId: string; id: string; makerRole: UserRole | null }>`
    SELECT k."workspaceId", k.id, ${makerRole} AS "makerRole" FROM "ApiKey" k
    WHERE (k."workspaceId", k.id) IN (
      SELECT "workspaceId", "keyId"
      FROM jsonb_to_recordset(${JSON.stringify([...keys.values()])}::jsonb) AS s("workspaceId" uuid, "keyId" uuid)
    ) AND ${keyIsValid(now)}`;
  const roles = new Map(valid.map(({ workspaceId, id, makerRole: role }) => [`${workspaceId} ${id}`, role]));
  for (const { session, workspaceId, credential } of byKey) {
    const role = roles.get(`${workspaceId} ${credential.keyId}`);
    if (role === undefined) session.revoke(endOfCredential.keyRefused);
    else if (role !== credential.makerRole) session.requireReconnect();
  }
}

/** Whether the viewer's token has expired; always false for a key, whose expiry is in the database. */
export function hasExpired({ credential }: Viewer, now: Date): boolean {
  return credential.type === 'TOKEN' && credential.expiresAt <= now;
}

/**
 * Ends the sessions whose token's subject may no longer sign in, was merged into another contact, or has another role.
 */
async function checkTokens(database: Database, sessions: readonly Session[], now: Date): Promise<void> {
  const byToken = sessions.flatMap((session) => {
    const { workspaceId, actor, credential } = session.viewer;
    if (credential.type === 'KEY') return [];
    return [{ session, claims: { workspaceId, actorId: actor.id, ...credential } }];
  });
  if (byToken.length === 0) return;
  const subjects = await findTokenSubjects(
    database,
    byToken.map(({ claims }) => claims),
    now,
  );
  for (const [index, { session }] of byToken.entries()) {
    const { viewer } = session;
    const subject = subjects[index];
    if (!subject) session.revoke(endOfCredential.tokenRefused);
    else if (subject.kind !== viewer.kind || subject.actor.id !== viewer.actor.id) session.requireReconnect();
  }
}
