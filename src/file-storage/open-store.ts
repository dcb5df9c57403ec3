import { messageOf } from '../lib/error-info.js';
import { StartError } from '../lib/program.js';
import { createLocalStore, type LocalStoreOptions } from './local/local-store.js';
import type { S3Bucket } from './s3-url.js';
import type { UploadStore } from './store.js';

/** Where uploads are stored: a local folder, by its absolute path, or an S3 bucket. */
export type UploadStoreLocation = { kind: 'local'; directory: string } | ({ kind: 's3' } & S3Bucket);

/**
 * Opens the store at the configured location, and removes partial files from a local one.
 * @throws {StartError} if files cannot be written to a local one
 */
export async function openUploadStore(
  uploads: UploadStoreLocation,
  options: Omit<LocalStoreOptions, 'directory'>,
): Promise<UploadStore> {
  if (uploads.kind === 's3') {
    // Loaded on demand, because the SDK is large.
    const { createS3Store } = await import('./s3-store.js');
    return createS3Store(uploads);
  }
  const store = createLocalStore({ ...options, directory: uploads.directory });
  await store.open().catch((cause: unknown) => {
    throw new StartError(
      `Uploads cannot be stored in ${uploads.directory} (${messageOf(cause)}): set UPLOADS to a directory that this user may write to, or to an S3 bucket`,
      { cause },
    );
  });
  return store;
}
