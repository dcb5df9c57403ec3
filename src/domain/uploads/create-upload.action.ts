import { z } from 'zod';
import { callerId } from '../../auth/viewer.js';
import { contentTypesOf, essenceOf, extensions } from '../../file-storage/file-types.js';
import type { PutRequest } from '../../file-storage/store.js';
import { invalid } from '../../lib/errors.js';
import { parse, text } from '../../lib/validation.js';
import { transact } from '../../unit-of-work/transaction.js';
import type { UploadContext } from './prepare-uploads.js';
import { newUploadKey } from './upload-key.js';
import { assertMayUploadMore } from './upload-quota.js';

const MINUTES_TO_STORE = 15;

// A name that shows otherwise than it is, or leads elsewhere.
const UNSAFE = /[\p{Cc}/\\\u202A-\u202E\u2066-\u2069]/u;

const extension = z
  .string()
  .trim()
  .toLowerCase()
  .transform((value) => value.replace(/^\./, ''))
  .refine((value) => extensions.includes(value), `Must be one of ${extensions.join(', ')}.`);

const filename = text(255).refine(
  (value) => !UNSAFE.test(value),
  'Must be a name without a path, control characters and changes of direction.',
);

const createUploadInput = z
  .object({
    extension,
    contentType: text(255).transform(essenceOf).optional(),
    sizeBytes: z.int('Must be a whole number; null is not allowed here.').min(1, 'Must be at least 1.').optional(),
    filename: filename.optional(),
  })
  .superRefine((input, context) => {
    const allowed = contentTypesOf(input.extension);
    if (input.contentType !== undefined && !allowed.includes(input.contentType)) {
      const message = `Must be ${allowed.join(' or ')}, as the extension has it.`;
      context.addIssue({ code: 'custom', path: ['contentType'], message });
    }
    if (input.filename !== undefined && !input.filename.toLowerCase().endsWith(`.${input.extension}`)) {
      context.addIssue({ code: 'custom', path: ['filename'], message: `Must end with .${input.extension}.` });
    }
  });

export type CreatedUpload = PutRequest & { key: string; method: string; expiresAt: Date; maxBytes: number };

/** Makes a key for a file, and the request by which a client stores it. */
export async function createUpload(
  context: UploadContext & { publicUrl: () => string },
  input: unknown,
): Promise<CreatedUpload> {
  const { uploads, publicUrl } = context;
  const wanted = parse(createUploadInput, input);
  const sizeBytes = wanted.sizeBytes ?? null;
  if (sizeBytes !== null && sizeBytes > uploads.maxBytes) {
    throw invalid('sizeBytes', `Must be at most ${uploads.maxBytes}.`);
  }
  if (sizeBytes === null && uploads.store.needsSize) {
    throw invalid('sizeBytes', 'Must be given: where this server keeps files, nothing else bounds how large one is.');
  }
  const [usual = ''] = contentTypesOf(wanted.extension);
  const contentType = wanted.contentType ?? usual;
  const row = await transact(context, async (work) => {
    await assertMayUploadMore(work);
    const { tx, workspaceId, viewer, now, newId } = work;
    return tx.upload.create({
      data: {
        workspaceId,
        id: newId(),
        key: newUploadKey(wanted.extension),
        contentType,
        sizeBytes,
        filename: wanted.filename ?? null,
        expiresAt: new Date(now.getTime() + MINUTES_TO_STORE * 60_000),
        callerId: callerId(viewer),
        createdAt: now,
      },
    });
  });
  const { workspaceId, key, expiresAt, createdAt: now } = row;
  const maxBytes = sizeBytes ?? uploads.maxBytes;
  const grant = { workspaceId, key, contentType, sizeBytes, maxBytes, now, expiresAt, publicUrl: publicUrl() };
  return { key, method: 'PUT', expiresAt, maxBytes, ...(await uploads.store.grantPut(grant)) };
}
