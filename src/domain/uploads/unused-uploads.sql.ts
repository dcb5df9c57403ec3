import { isServed } from '../../auth/closed-workspace.sql.js';
import { callerId } from '../../auth/viewer.js';
import type { SqlClient } from '../../db/client.js';
import { Prisma, type Upload } from '../../generated/prisma/client.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { countChanges } from './stored-bytes.sql.js';

const HOUR_MS = 60 * 60 * 1000;

/** How long an upload waits for a message once its URL has expired. */
const UNUSED_MS = 24 * HOUR_MS;

/** Longer than a transfer takes that was started just before its URL expired. */
export const TRANSFER_MS = HOUR_MS;

/**
 * Marks up to `count` unused uploads as removed and returns them: those of deleted messages, and those that have waited
 * for a day. No message can use them afterwards, and nothing can be stored under their keys any more: from here on they
 * take no bytes.
 */
export async function takeUnused(
  prisma: SqlClient,
  now: Date,
  count: number,
): Promise<Pick<Upload, 'workspaceId' | 'id' | 'key'>[]> {
  return prisma.$queryRaw`
    WITH unused AS (
      SELECT "workspaceId", id, "callerId", "removedAt", "reservedBytes" FROM "Upload"
      WHERE "messageId" IS NULL AND ${isServed(Prisma.sql`"Upload"."workspaceId"`)} AND (
        "expiresAt" < ${new Date(now.getTime() - UNUSED_MS)}
        OR ("removedAt" IS NOT NULL AND "expiresAt" < ${new Date(now.getTime() - TRANSFER_MS)}))
      ORDER BY "expiresAt" LIMIT ${count} FOR UPDATE SKIP LOCKED
    ), change AS (
      SELECT "workspaceId", "callerId", -"reservedBytes" AS bytes FROM unused WHERE "removedAt" IS NULL
    ), counted AS (${countChanges})
    UPDATE "Upload" u SET "removedAt" = coalesce(u."removedAt", ${now}) FROM unused
    WHERE u."workspaceId" = unused."workspaceId" AND u.id = unused.id
    RETURNING u."workspaceId", u.id, u.key`;
}

/** How many of the uploads that the viewer has created since a time are unused, including those of deleted messages. */
export async function countUnused({ tx, workspaceId, viewer }: Work, since: Date): Promise<number> {
  const [row] = await tx.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM "Upload"
    WHERE "workspaceId" = ${workspaceId}::uuid AND "callerId" = ${callerId(viewer)}::uuid
      AND "messageId" IS NULL AND "createdAt" > ${since}`;
  return row?.count ?? 0;
}
