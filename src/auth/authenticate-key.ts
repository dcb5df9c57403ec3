import type { Database } from '../db/client.js';
import { type ApiKey, Prisma } from '../generated/prisma/client.js';
import type { ActorRef } from '../lib/actor-ref.js';
import { hashApiKey } from './api-key.js';
import { type Viewer, viewerOf } from './viewer.js';

type KeyRow = Pick<ApiKey, 'workspaceId' | 'id' | 'botId' | 'scopes' | 'lastUsedAt'>;

/** `lastUsedAt` is updated at most this often. */
const LAST_USED_RESOLUTION_MS = 60_000;

/** The condition that the API key `k` is neither revoked nor expired, and its bot is not deactivated. */
export function keyIsValid(now: Date): Prisma.Sql {
  return Prisma.sql`k."revokedAt" IS NULL AND (k."expiresAt" IS NULL OR k."expiresAt" > ${now}) AND NOT EXISTS (
    SELECT FROM "Bot" b
    WHERE b."workspaceId" = k."workspaceId" AND b.id = k."botId" AND b."deactivatedAt" IS NOT NULL)`;
}

/** The viewer of an API key, or null if it is unknown, revoked or expired, or its bot is deactivated. */
export async function authenticateKey({ prisma }: Database, secret: string, now: Date): Promise<Viewer | null> {
  const hash = hashApiKey(secret);
  const [key] = await prisma.$queryRaw<KeyRow[]>`
    SELECT k."workspaceId", k.id, k."botId", k.scopes::text[] AS scopes, k."lastUsedAt"
    FROM "ApiKey" k WHERE k.hash = ${hash} AND ${keyIsValid(now)}`;
  if (!key) return null;
  if (!key.lastUsedAt || now.getTime() - key.lastUsedAt.getTime() > LAST_USED_RESOLUTION_MS) {
    await prisma.$executeRaw`
      UPDATE "ApiKey" SET "lastUsedAt" = ${now} WHERE "workspaceId" = ${key.workspaceId}::uuid AND id = ${key.id}::uuid`;
  }
  const { workspaceId, id, botId, scopes } = key;
  const actor: ActorRef = botId ? { type: 'BOT', id: botId } : { type: 'API_KEY', id };
  const kind = botId ? 'BOT' : 'API_KEY';
  return viewerOf({ workspaceId, actor, kind, credential: { type: 'KEY', keyId: id } }, scopes);
}
