import { LRUCache } from 'lru-cache';
import { anyIn } from '../db/any-in.js';
import type { Database } from '../db/client.js';
import { type ApiKey, Prisma } from '../generated/prisma/client.js';
import type { UserRole } from '../generated/prisma/enums.js';
import type { ActorRef } from '../lib/actor-ref.js';
import { perTurnOfFirst } from '../lib/per-turn.js';
import { hashApiKey } from './api-key.js';
import { isServed } from './closed-workspace.sql.js';
import { type Viewer, viewerOf } from './viewer.js';

type KeyRow = Pick<ApiKey, 'hash' | 'workspaceId' | 'id' | 'botId' | 'scopes' | 'lastUsedAt'> & {
  makerRole: UserRole | null;
};

/** `lastUsedAt` is updated at most this often. */
const LAST_USED_RESOLUTION_MS = 60_000;
/** Keys whose updates this process remembers. */
const MAX_REMEMBERED = 1_000;

/** The condition that an API key is neither revoked nor expired. */
function lives(key: 'k' | 'p', now: Date): Prisma.Sql {
  const column = (name: string) => Prisma.raw(`${key}."${name}"`);
  return Prisma.sql`${column('revokedAt')} IS NULL AND (${column('expiresAt')} IS NULL OR ${column('expiresAt')} > ${now})`;
}

/**
 * The condition that the API key `k` is neither revoked nor expired, its bot is not deactivated, and all users and keys
 * that it goes back to could still make it: the keys are neither revoked nor expired, and the users are active and have
 * a role that may make a key with these scopes; and that its workspace is served.
 */
export function keyIsValid(now: Date): Prisma.Sql {
  return Prisma.sql`${lives('k', now)} AND NOT EXISTS (
    SELECT FROM "Bot" b
    WHERE b."workspaceId" = k."workspaceId" AND b.id = k."botId" AND b."deactivatedAt" IS NOT NULL
  ) AND NOT EXISTS (
    SELECT FROM unnest(k."makerIds") AS maker(id)
    LEFT JOIN "User" m ON m."workspaceId" = k."workspaceId" AND m.id = maker.id AND m."deactivatedAt" IS NULL
      AND (m.role = 'OWNER' OR (m.role = 'ADMIN' AND NOT 'ADMIN' = ANY(k.scopes)))
    LEFT JOIN "ApiKey" p ON p."workspaceId" = k."workspaceId" AND p.id = maker.id AND ${lives('p', now)}
    WHERE m.id IS NULL AND p.id IS NULL) AND ${isServed(Prisma.sql`k."workspaceId"`)}`;
}

/**
 * The lowest role of the users that the API key `k` goes back to, null if it goes back to none. Roles are declared from
 * the highest to the lowest, so the lowest is the maximum.
 */
export const makerRole = Prisma.sql`(
  SELECT max(m.role)::text FROM "User" m WHERE m."workspaceId" = k."workspaceId" AND m.id = ANY(k."makerIds"))`;

/**
 * Returns a function that finds the viewer of an API key, or null if the key is unknown or not valid any more. All keys
 * that come together are looked up by one statement.
 */
export function createKeyAuthentication(
  { prisma, read }: Database,
  clock: () => Date,
): (secret: string) => Promise<Viewer | null> {
  const find = perTurnOfFirst(async (secrets: readonly string[]) => {
    const hashes = secrets.map(hashApiKey);
    const keys = await read<KeyRow>`
      SELECT k.hash, k."workspaceId", k.id, k."botId", k.scopes::text[] AS scopes, k."lastUsedAt",
        ${makerRole} AS "makerRole"
      FROM "ApiKey" k WHERE k.hash = ${anyIn(hashes, 'bytea')} AND ${keyIsValid(clock())}`;
    return hashes.map((hash) => keys.find((key) => Buffer.compare(key.hash, hash) === 0) ?? null);
  });
  const noteUse = createUseNotes(prisma, clock);
  return async (secret) => {
    const key = await find(secret);
    if (!key) return null;
    await noteUse(key);
    return viewerOfKey(key);
  };
}

/** Returns a function that updates `lastUsedAt`, unless that was done in the last minute. */
function createUseNotes(prisma: Database['prisma'], clock: () => Date): (key: KeyRow) => Promise<void> {
  /** Requests that come together have all read what was there before the first of them was noted. */
  const noted = new LRUCache<string, number>({ max: MAX_REMEMBERED });
  return async ({ workspaceId, id, lastUsedAt }) => {
    const now = clock();
    const last = Math.max(lastUsedAt?.getTime() ?? 0, noted.get(id) ?? 0);
    if (now.getTime() - last <= LAST_USED_RESOLUTION_MS) return;
    noted.set(id, now.getTime());
    try {
      await prisma.$executeRaw`
        UPDATE "ApiKey" SET "lastUsedAt" = ${now} WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid`;
    } catch (error) {
      noted.delete(id);
      throw error;
    }
  };
}

function viewerOfKey({ workspaceId, id, botId, scopes, makerRole: role }: KeyRow): Viewer {
  const actor: ActorRef = botId ? { type: 'BOT', id: botId } : { type: 'API_KEY', id };
  const kind = botId ? 'BOT' : 'API_KEY';
  const credential = { type: 'KEY' as const, keyId: id, makerRole: role };
  return viewerOf({ workspaceId, actor, kind, hasMerged: false, credential }, scopes);
}
