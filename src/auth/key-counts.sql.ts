import { Prisma } from '../generated/prisma/client.js';

/** Whether the API key `k` counts: it is neither revoked nor expired, and its bot is not deactivated. */
export function keyCounts(now: Date): Prisma.Sql {
  return Prisma.sql`k."revokedAt" IS NULL AND (k."expiresAt" IS NULL OR k."expiresAt" > ${now}) AND NOT EXISTS (
    SELECT FROM "Bot" b
    WHERE b."workspaceId" = k."workspaceId" AND b.id = k."botId" AND b."deactivatedAt" IS NOT NULL)`;
}
