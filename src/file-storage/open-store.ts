import { createLocalStore, type LocalStoreOptions } from './local/local-store.js';
import type { S3Bucket } from './s3-url.js';
import type { UploadStore } from './store.js';

/** Where uploads are kept: a folder of this machine, by its absolute path, or an S3 bucket. */
export type UploadStoreLocation = { kind: 'local'; directory: string } | ({ kind: 's3' } & S3Bucket);

/** Opens the store that the configuration names. */
export async function openUploadStore(
  uploads: UploadStoreLocation,
  options: Omit<LocalStoreOptions, 'directory'>,
): Promise<UploadStore> {
  if (uploads.kind === 's3') {
    // Loaded only where it is used: the SDK is large.
    const { createS3Store } = await import('./s3-store.js');
    return createS3Store(uploads);
  }
  const store = createLocalStore({ ...options, directory: uploads.directory });
  await store.removeLeftovers();
  return store;
}
