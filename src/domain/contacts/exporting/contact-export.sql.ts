import type { Upload } from '../../../generated/prisma/client.js';
import { ConflictError, NotFoundError } from '../../../lib/errors.js';
import type { SystemWork, Work } from '../../../unit-of-work/transaction.js';
import { FILES_PER_JOB, REMOVE_FILES, type RemovedFiles } from '../../uploads/removed-files.js';

const CONTENT_TYPE = 'application/json';

type NewExport = { key: string; filename: string; contactId: string; expiresAt: Date };

/**
 * Inserts the upload of an export before its file is written, so that the cleaning up finds that whatever happens. It counts
 * as removed: no message can use it, and it takes no room of anybody.
 */
export async function insertExport(
  { tx, workspaceId, now, newId }: Work,
  { key, filename, contactId, expiresAt }: NewExport,
): Promise<Upload> {
  return tx.upload.create({
    data: {
      workspaceId,
      id: newId(),
      key,
      filename,
      contentType: CONTENT_TYPE,
      exportOfId: contactId,
      expiresAt,
      removedAt: now,
      createdAt: now,
    },
  });
}

/** Notes that the file of an export is complete. Throws ConflictError if its contact was erased while it was written. */
export async function completeExport(
  { tx, workspaceId }: Work,
  { id }: Pick<Upload, 'id'>,
  sizeBytes: number,
): Promise<void> {
  const completed = await tx.$executeRaw`
    UPDATE "Upload" SET "sizeBytes" = ${sizeBytes} WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid
      AND "exportOfId" IS NOT NULL`;
  if (completed === 0) throw new ConflictError('The contact was erased while it was exported. Nothing was kept.');
}

export type CompleteExport = Pick<Upload, 'key' | 'contentType' | 'filename' | 'expiresAt'> & { exportOfId: string };

/** Finds a complete export that has not expired. Throws NotFoundError if there is none. */
export async function findExport({ tx, workspaceId, now }: Work, key: string): Promise<CompleteExport> {
  const [found] = await tx.$queryRaw<CompleteExport[]>`
    SELECT key, "contentType", filename, "expiresAt", "exportOfId" FROM "Upload"
    WHERE "workspaceId" = ${workspaceId}::uuid AND key = ${key} AND "exportOfId" IS NOT NULL
      AND "sizeBytes" IS NOT NULL AND "expiresAt" > ${now}`;
  if (!found) throw new NotFoundError('export, or it has expired', key);
  return found;
}

/** Removes the exports of contacts that are erased. A job removes the files right away. */
export async function releaseExportsOf(work: SystemWork, contactIds: readonly string[]): Promise<void> {
  const { tx, workspaceId, schedule } = work;
  const released = await tx.$queryRaw<{ key: string }[]>`
    UPDATE "Upload" SET "exportOfId" = NULL, filename = NULL
    WHERE "workspaceId" = ${workspaceId}::uuid AND "messageId" IS NULL
      AND "exportOfId" = ANY(${[...contactIds]}::uuid[])
    RETURNING key`;
  for (let start = 0; start < released.length; start += FILES_PER_JOB) {
    const payload: RemovedFiles = {
      workspaceId,
      keys: released.slice(start, start + FILES_PER_JOB).map(({ key }) => key),
    };
    schedule({ name: REMOVE_FILES, payload });
  }
}
