import { callerId, type Viewer } from '../../auth/viewer.js';
import { essenceOf } from '../../file-storage/file-types.js';
import type { StoredFile, Uploads } from '../../file-storage/store.js';
import type { Upload } from '../../generated/prisma/client.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { UNKNOWN_KEY } from './upload-key.js';

/** The context of an action that creates uploads or uses stored ones. */
export type UploadContext = ActionContext & { uploads: Uploads };

/** An upload as found before the transaction: its size, or the reason that no message can use it. */
export type PreparedUpload = { key: string } & ({ sizeBytes: number } | { problem: string });

/**
 * Checks that uploads are stored. Call it before the transaction, which must not wait for a file store. Problems are
 * reported within the transaction only, by `attachUploads`: a message that is sent again already has its uploads.
 */
export async function prepareUploads(
  { database, viewer, uploads }: UploadContext,
  keys: readonly string[] = [],
): Promise<PreparedUpload[]> {
  if (keys.length === 0) return [];
  const { workspaceId } = viewer;
  const rows = await database.prisma.upload.findMany({
    where: { workspaceId, key: { in: [...keys] }, removedAt: null },
  });
  const byKey = new Map(rows.map((row) => [row.key, row]));
  return Promise.all(
    keys.map(async (key): Promise<PreparedUpload> => {
      const row = byKey.get(key);
      if (!row) return { key, problem: UNKNOWN_KEY };
      if (row.messageId) return { key, problem: problemOfUsed(row, viewer) };
      const stored = await uploads.store.find({ workspaceId, key });
      if (!stored) return { key, problem: 'Is not stored yet. Send the file to the URL of the upload first.' };
      const problem = problemOf(row, stored, uploads.maxBytes);
      return problem === null ? { key, sizeBytes: stored.sizeBytes } : { key, problem };
    }),
  );
}

/** A contact does not learn that somebody else has used an upload: the message may be a note. */
function problemOfUsed({ callerId: madeBy }: Upload, viewer: Viewer): string {
  if (viewer.kind === 'CONTACT' && madeBy !== callerId(viewer)) return UNKNOWN_KEY;
  return 'Belongs to another message. Create an upload for each message.';
}

/** How the stored file differs from what was declared: a store such as S3 may have accepted it all the same. */
function problemOf(row: Upload, { sizeBytes, contentType }: StoredFile, maxBytes: number): string | null {
  if (contentType !== null && essenceOf(contentType) !== row.contentType) {
    return `Is stored as ${contentType}, but was declared as ${row.contentType}.`;
  }
  if (row.sizeBytes !== null) {
    const { sizeBytes: declared } = row;
    return sizeBytes === declared ? null : `Is stored with ${sizeBytes} bytes, but was declared with ${declared}.`;
  }
  return sizeBytes > 0 && sizeBytes <= maxBytes
    ? null
    : `Is stored with ${sizeBytes} bytes, but must have 1 to ${maxBytes}.`;
}
