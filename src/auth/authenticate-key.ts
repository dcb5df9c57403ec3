import type { Database } from '../db/client.js';
import type { ApiKey } from '../generated/prisma/client.js';
import { hashApiKey } from './api-key.js';
import { permissionsOf, scopesOf } from './permissions.js';
import type { Viewer } from './viewer.js';

type KeyRow = Pick<ApiKey, 'workspaceId' | 'id' | 'botId' | 'scopes' | 'lastUsedAt'>;

/** How old `lastUsedAt` may be before a use is written down again. */
const LAST_USED_RESOLUTION_MS = 60_000;

/** The viewer of an API key, or null where it is unknown, revoked or expired, or its bot is deactivated. */
export async function authenticateKey({ prisma }: Database, secret: string, now: Date): Promise<Viewer | null> {
  const hash = hashApiKey(secret);
  const [key] = await prisma.$queryRaw<KeyRow[]>`
    SELECT k."workspaceId", k.id, k."botId", k.scopes::text[] AS scopes, k."lastUsedAt"
    FROM "ApiKey" k LEFT JOIN "Bot" b ON b."workspaceId" = k."workspaceId" AND b.id = k."botId"
    WHERE k.hash = ${hash} AND k."revokedAt" IS NULL AND (k."expiresAt" IS NULL OR k."expiresAt" > ${now})
      AND b."deactivatedAt" IS NULL`;
  if (!key) return null;
  if (!key.lastUsedAt || now.getTime() - key.lastUsedAt.getTime() > LAST_USED_RESOLUTION_MS) {
    await prisma.$executeRaw`
      UPDATE "ApiKey" SET "lastUsedAt" = ${now} WHERE "workspaceId" = ${key.workspaceId}::uuid AND id = ${key.id}::uuid`;
  }
  const kind = key.botId ? 'BOT' : 'API_KEY';
  const permissions = permissionsOf(kind, key.scopes);
  return {
    workspaceId: key.workspaceId,
    actor: key.botId ? { type: 'BOT', id: key.botId } : { type: 'API_KEY', id: key.id },
    kind,
    permissions,
    scopes: scopesOf(kind, permissions),
    credential: { type: 'KEY', keyId: key.id },
  };
}
