import { callerId } from '../../auth/viewer.js';
import type { SqlClient } from '../../db/client.js';
import type { Upload } from '../../generated/prisma/client.js';
import type { Work } from '../../unit-of-work/transaction.js';

const HOUR_MS = 60 * 60 * 1000;

/** How long after it can no longer be stored an upload waits for a message. */
const UNUSED_MS = 24 * HOUR_MS;

/** Longer than any transfer lasts that was begun just before its URL expired. */
const TRANSFER_MS = HOUR_MS;

/**
 * Takes so many uploads that no message uses: those of deleted messages, and those that waited for a day. From here on no
 * message can use them, whatever becomes of the rest. Nothing can be stored under their keys any more.
 */
export async function takeUnused(
  prisma: SqlClient,
  now: Date,
  count: number,
): Promise<Pick<Upload, 'workspaceId' | 'id' | 'key'>[]> {
  return prisma.$queryRaw`
    UPDATE "Upload" u SET "removedAt" = coalesce(u."removedAt", ${now})
    FROM (
      SELECT "workspaceId", id FROM "Upload"
      WHERE "messageId" IS NULL AND (
        "expiresAt" < ${new Date(now.getTime() - UNUSED_MS)}
        OR ("removedAt" IS NOT NULL AND "expiresAt" < ${new Date(now.getTime() - TRANSFER_MS)}))
      ORDER BY "expiresAt" LIMIT ${count} FOR UPDATE SKIP LOCKED
    ) unused
    WHERE u."workspaceId" = unused."workspaceId" AND u.id = unused.id
    RETURNING u."workspaceId", u.id, u.key`;
}

/** How many uploads of a caller no message uses, or none any more, of those made since a time. */
export async function countUnused({ tx, workspaceId, viewer }: Work, since: Date): Promise<number> {
  const [row] = await tx.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM "Upload"
    WHERE "workspaceId" = ${workspaceId}::uuid AND "callerId" = ${callerId(viewer)}::uuid
      AND "messageId" IS NULL AND "createdAt" > ${since}`;
  return row?.count ?? 0;
}
