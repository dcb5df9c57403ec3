import { z } from 'zod';
import { callerId } from '../../auth/viewer.js';
import { contentTypesOf, essenceOf, extensions } from '../../file-storage/file-types.js';
import type { PutRequest } from '../../file-storage/store.js';
import { ConflictError, invalid } from '../../lib/errors.js';
import { input, optional, type Parsed, type Refuse, required, rule } from '../../lib/input.js';
import { int, text } from '../../lib/rules.js';
import { transact, type Work } from '../../unit-of-work/transaction.js';
import type { UploadContext } from './prepare-uploads.js';
import { reserveBytes } from './stored-bytes.sql.js';
import { countUnused } from './unused-uploads.sql.js';
import { newUploadKey } from './upload-key.js';

const MINUTES_TO_STORE = 15;

const QUOTA_PERIOD_MS = 24 * 60 * 60 * 1000;

/** How many unused uploads a caller may have created in 24 hours: files take disk space, and anyone can be a contact. */
const MAX_UNUSED = { CONTACT: 50, OTHERS: 1000 };

const MAX_LENGTH = 255;
const LENGTH_LIMIT = `At most ${MAX_LENGTH} characters.`;

// Characters that contain a path or make a name look different from what it is.
const UNSAFE = /[\p{Cc}/\\\u202A-\u202E\u2066-\u2069]/u;

const EXTENSIONS = extensions.join(', ');

const extension = rule(
  'String',
  z
    .string()
    .trim()
    .toLowerCase()
    .transform((value) => value.replace(/^\./, ''))
    .refine((value) => extensions.includes(value), `Must be one of ${EXTENSIONS}.`),
  `One of ${EXTENSIONS}.`,
);

const contentType = rule('String', text(MAX_LENGTH).transform(essenceOf), LENGTH_LIMIT);

const filename = rule(
  'String',
  text(MAX_LENGTH).refine(
    (value) => !UNSAFE.test(value),
    'Must be a name without a path, control characters and characters that change the text direction.',
  ),
  LENGTH_LIMIT,
);

export const createUploadInput = input(
  'CreateUploadInput',
  'The file to store.',
  {
    extension: required(extension, 'The extension of its name.'),
    contentType: optional(
      contentType,
      'Its MIME type, one that files of the extension have. Default: the usual one of the extension.',
    ),
    sizeBytes: optional(
      int(1),
      'Its size in bytes. If given, exactly that many bytes must be sent; otherwise, up to maxBytes. Required if the server stores files in an S3 bucket.',
    ),
    filename: optional(filename, 'The name to suggest when the file is saved. Must end with the extension.'),
  },
  { check: checkExtension },
);

const alternatives = new Intl.ListFormat('en', { type: 'disjunction' });

type Named = { extension: string; contentType?: string | undefined; filename?: string | undefined };

function checkExtension(file: Named, refuse: Refuse): void {
  const allowed = contentTypesOf(file.extension);
  // An extension that is not allowed has no types, and its own message.
  if (file.contentType !== undefined && allowed.length > 0 && !allowed.includes(file.contentType)) {
    refuse('contentType', `Must be ${alternatives.format(allowed)}, to match the extension.`);
  }
  if (file.filename !== undefined && !file.filename.toLowerCase().endsWith(`.${file.extension}`)) {
    refuse('filename', `Must end with .${file.extension}.`);
  }
}

export type CreatedUpload = PutRequest & { key: string; method: string; expiresAt: Date; maxBytes: number };

/** Creates a key for a file, and the HTTP request by which a client stores it. */
export async function createUpload(
  context: UploadContext & { publicUrl: () => string },
  { extension, filename, ...given }: Parsed<typeof createUploadInput>,
): Promise<CreatedUpload> {
  const { uploads, publicUrl } = context;
  const sizeBytes = given.sizeBytes ?? null;
  if (sizeBytes !== null && sizeBytes > uploads.maxBytes) {
    throw invalid('sizeBytes', `Must be at most ${uploads.maxBytes}.`);
  }
  if (sizeBytes === null && uploads.store.requiresSize) {
    throw invalid('sizeBytes', 'Must be given, because this server stores files in an S3 bucket.');
  }
  const maxBytes = sizeBytes ?? uploads.maxBytes;
  const [usual = ''] = contentTypesOf(extension);
  const contentType = given.contentType ?? usual;
  const row = await transact(context, async (work) => {
    await assertQuota(work);
    const { tx, workspaceId, viewer, now, newId } = work;
    const upload = await tx.upload.create({
      data: {
        workspaceId,
        id: newId(),
        key: newUploadKey(extension),
        contentType,
        sizeBytes,
        reservedBytes: maxBytes,
        filename: filename ?? null,
        expiresAt: new Date(now.getTime() + MINUTES_TO_STORE * 60_000),
        callerId: callerId(viewer),
        createdAt: now,
      },
    });
    await reserveBytes(work, { callerId: upload.callerId, bytes: maxBytes }, uploads.maxStored);
    return upload;
  });
  const { workspaceId, key, expiresAt, createdAt: now } = row;
  const options = { workspaceId, key, contentType, sizeBytes, maxBytes, now, expiresAt, publicUrl: publicUrl() };
  return { key, method: 'PUT', expiresAt, maxBytes, ...(await uploads.store.presignPut(options)) };
}

/** Throws ConflictError if the caller has too many unused uploads. Concurrent requests may exceed the limit by a few. */
async function assertQuota(work: Work): Promise<void> {
  const limit = work.viewer.kind === 'CONTACT' ? MAX_UNUSED.CONTACT : MAX_UNUSED.OTHERS;
  if ((await countUnused(work, new Date(work.now.getTime() - QUOTA_PERIOD_MS))) < limit) return;
  throw new ConflictError(
    `You have created ${limit} uploads in 24 hours that no message uses. Send messages with them, or try again later.`,
  );
}
