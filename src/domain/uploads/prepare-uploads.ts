import { z } from 'zod';
import { essenceOf } from '../../file-storage/file-types.js';
import type { StoredFile, Uploads } from '../../file-storage/store.js';
import type { Upload } from '../../generated/prisma/client.js';
import { listRule, rule } from '../../lib/input.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { looksLikeUploadKey } from './upload-key.js';

/** What an action needs that stores files or uses stored ones. */
export type UploadContext = ActionContext & { uploads: Uploads };

const MAX_UPLOADS = 10;

const UNKNOWN = 'Names an upload that the workspace does not have.';

const uploadKey = rule('String', z.string('Must be an upload key.').refine(looksLikeUploadKey, UNKNOWN));

export const uploadKeys = listRule(
  uploadKey,
  z
    .array(uploadKey, 'Must be a list of upload keys.')
    .max(MAX_UPLOADS, `Must have at most ${MAX_UPLOADS} keys.`)
    .refine((keys) => new Set(keys).size === keys.length, 'Must name each upload once.'),
  `At most ${MAX_UPLOADS}.`,
);

/** An upload as it was found before the transaction: its size, or why no message can use it. */
export type PreparedUpload = { key: string } & ({ sizeBytes: number } | { problem: string });

/**
 * Looks whether uploads are stored. To be done before the transaction, which waits for nobody else; whether a problem
 * matters shows only within: a message that is sent again has its uploads already.
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
      if (!row) return { key, problem: UNKNOWN };
      if (row.messageId) return { key, problem: 'Belongs to another message. Make an upload for each message.' };
      const stored = await uploads.store.find({ workspaceId, key });
      const problem = stored
        ? problemOf(row, stored, uploads.maxBytes)
        : 'Is not stored yet: send it to its URL first.';
      return stored && problem === null ? { key, sizeBytes: stored.sizeBytes } : { key, problem: problem ?? UNKNOWN };
    }),
  );
}

/** What is stored otherwise than it was said. A store of somebody else may not have refused it. */
function problemOf(row: Upload, { sizeBytes, contentType }: StoredFile, maxBytes: number): string | null {
  if (contentType !== null && essenceOf(contentType) !== row.contentType) {
    return `Is stored as ${contentType}, not as ${row.contentType}.`;
  }
  const fits = row.sizeBytes === null ? sizeBytes > 0 && sizeBytes <= maxBytes : sizeBytes === row.sizeBytes;
  return fits ? null : `Is stored with ${sizeBytes} bytes, not as it was said.`;
}
