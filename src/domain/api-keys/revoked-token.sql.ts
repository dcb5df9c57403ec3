import type { SqlClient } from '../../db/client.js';

/** Removes at most `limit` revocations of tokens that expired before a time. Returns how many were removed. */
export async function removeRevocations(prisma: SqlClient, before: Date, limit: number): Promise<number> {
  return prisma.$executeRaw`
    DELETE FROM "RevokedToken" WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM "RevokedToken" WHERE "expiresAt" < ${before}
      ORDER BY "expiresAt" LIMIT ${limit} FOR UPDATE SKIP LOCKED))`;
}
