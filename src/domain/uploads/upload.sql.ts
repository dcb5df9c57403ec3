import { anyIn } from '../../db/any-in.js';
import { Prisma } from '../../generated/prisma/client.js';
import { ValidationError } from '../../lib/errors.js';
import type { SystemWork, Work } from '../../unit-of-work/transaction.js';
import type { PreparedUpload } from './prepare-uploads.js';
import { FILES_PER_JOB, REMOVE_FILES, type RemovedFiles } from './removed-files.js';
import { addStoredBytes, type StoredChange } from './stored-bytes.sql.js';

/**
 * Attaches uploads to a new message, in the given order.
 * @throws {ValidationError} if one of them cannot be used, or another message has used it in the meantime
 */
export async function attachUploads(work: Work, messageId: string, prepared: readonly PreparedUpload[]): Promise<void> {
  if (prepared.length === 0) return;
  const { tx, workspaceId } = work;
  const ready = prepared.flatMap((upload) => ('sizeBytes' in upload ? [upload] : []));
  const attached = await tx.$queryRaw<({ key: string } & StoredChange)[]>`
    WITH free AS (
      SELECT u.id, u."reservedBytes", k."sizeBytes", k.position FROM "Upload" u
      JOIN unnest(${ready.map(({ key }) => key)}::text[], ${ready.map(({ sizeBytes }) => sizeBytes)}::int[])
        WITH ORDINALITY AS k(key, "sizeBytes", position) ON k.key = u.key
      WHERE u."workspaceId" = ${workspaceId}::uuid AND u."messageId" IS NULL AND u."removedAt" IS NULL
      ORDER BY u.id FOR UPDATE OF u
    )
    UPDATE "Upload" u SET "messageId" = ${messageId}::uuid, position = free.position - 1,
      "sizeBytes" = free."sizeBytes", "reservedBytes" = free."sizeBytes"
    FROM free WHERE u."workspaceId" = ${workspaceId}::uuid AND u.id = free.id
    RETURNING u.key, u."callerId", free."sizeBytes" - free."reservedBytes" AS bytes`;
  const keys = new Set(attached.map(({ key }) => key));
  const issues = prepared.flatMap((upload, index) => {
    const problem = 'problem' in upload ? upload.problem : 'Has just been used by another message.';
    return keys.has(upload.key) ? [] : [{ path: ['uploadKeys', String(index)], message: problem }];
  });
  if (issues.length > 0) throw new ValidationError(issues);
  await addStoredBytes(work, attached);
}

/** The keys of a message's attachments, in order. */
export async function attachedKeys({ tx, workspaceId }: Work, messageId: string): Promise<string[]> {
  const rows = await tx.upload.findMany({
    where: { workspaceId, messageId },
    orderBy: { position: 'asc' },
    select: { key: true },
  });
  return rows.map(({ key }) => key);
}

/** Releases the attachments of a message that is deleted. A job removes the files right away. */
export async function releaseUploadsOfMessage(work: SystemWork, messageId: string): Promise<void> {
  await release(work, Prisma.sql`"messageId" = ${messageId}::uuid`);
}

/** Releases the attachments of all messages of a conversation that is deleted. A job removes the files right away. */
export async function releaseUploadsOfConversation(work: SystemWork, conversationId: string): Promise<void> {
  await release(
    work,
    Prisma.sql`"messageId" IN (
      SELECT id FROM "Message" WHERE "workspaceId" = ${work.workspaceId}::uuid AND "conversationId" = ${conversationId}::uuid)`,
  );
}

/** Releases the files that these callers have stored, or may yet store, and that no message uses. */
export async function releaseUnusedUploadsOf(work: SystemWork, callerIds: readonly string[]): Promise<void> {
  const ids = anyIn(callerIds, 'uuid');
  await release(work, Prisma.sql`"messageId" IS NULL AND "removedAt" IS NULL AND "callerId" = ${ids}`);
}

/** The rows stay as long as something could still be stored under their keys: see `takeUnused`. */
async function release(work: SystemWork, which: Prisma.Sql): Promise<void> {
  const { tx, workspaceId, now, schedule } = work;
  const released = await tx.$queryRaw<({ key: string } & StoredChange)[]>`
    UPDATE "Upload" SET "messageId" = NULL, position = NULL, filename = NULL, "removedAt" = ${now}
    WHERE "workspaceId" = ${workspaceId}::uuid AND ${which}
    RETURNING key, "callerId", -"reservedBytes" AS bytes`;
  await addStoredBytes(work, released);
  for (let start = 0; start < released.length; start += FILES_PER_JOB) {
    const keys = released.slice(start, start + FILES_PER_JOB).map(({ key }) => key);
    const payload: RemovedFiles = { workspaceId, keys };
    schedule({ name: REMOVE_FILES, payload });
  }
}
