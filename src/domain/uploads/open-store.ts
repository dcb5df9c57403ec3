import type { Config } from '../../config.js';
import { createLocalStore, type LocalStoreOptions } from './local/local-store.js';
import type { UploadStore } from './store.js';

/** Opens the store that the configuration names. */
export async function openUploadStore(
  uploads: Config['uploads'],
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
