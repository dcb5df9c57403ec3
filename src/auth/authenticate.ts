import { GraphQLError } from 'graphql';
import type { Database } from '../db/client.js';
import type { ApiKey } from '../generated/prisma/client.js';
import { hashApiKey, looksLikeApiKey } from './api-key.js';
import { allowedBy } from './permissions.js';
import type { Viewer } from './viewer.js';

type KeyRow = Pick<ApiKey, 'workspaceId' | 'id' | 'botId' | 'scopes' | 'lastUsedAt'>;

/** How old `lastUsedAt` may be before a use is written down again. */
const LAST_USED_RESOLUTION_MS = 60_000;

export function unauthenticated(message: string): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code: 'UNAUTHENTICATED', http: { status: 401, headers: { 'www-authenticate': 'Bearer' } } },
  });
}

/**
 * The viewer that an Authorization header names. Throws UNAUTHENTICATED (HTTP 401) where there is none, or where its key
 * is unknown, revoked or expired.
 */
export async function authenticate(database: Database, header: string | null, now: Date): Promise<Viewer> {
  const secret = /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1];
  if (!secret) throw unauthenticated('Send an API key: Authorization: Bearer parley_sk_…');
  const viewer = looksLikeApiKey(secret) ? await authenticateKey(database, secret, now) : null;
  if (!viewer) throw unauthenticated('This API key is unknown, revoked or expired.');
  return viewer;
}

async function authenticateKey({ prisma }: Database, secret: string, now: Date): Promise<Viewer | null> {
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
  return {
    workspaceId: key.workspaceId,
    actor: key.botId ? { type: 'BOT', id: key.botId } : { type: 'API_KEY', id: key.id },
    keyId: key.id,
    scopes: allowedBy(key.scopes),
  };
}
