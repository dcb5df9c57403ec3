import type { Logger } from 'pino';
import { contentDisposition } from '../content-disposition.js';
import { fileName } from '../file-key.js';
import { fetchWindow, type UploadStore } from '../store.js';
import { openFolder } from './folder.js';
import { serveFiles } from './serve-files.js';
import { createUrlSigner } from './signed-url.js';

export type LocalStoreOptions = {
  directory: string;
  /** Signs the URLs. All processes must have the same. */
  secret: Uint8Array;
  clock: () => Date;
  log: Logger;
};

export type LocalStore = UploadStore & {
  /** Fails with the system's error if files cannot be written there. Removes partial files. */
  open: () => Promise<void>;
};

const PATH = '/uploads/';

const seconds = (time: Date) => String(Math.floor(time.getTime() / 1000));

/** Stores files in a local folder. This server receives and serves them itself. */
export function createLocalStore({ directory, secret, clock, log }: LocalStoreOptions): LocalStore {
  const folder = openFolder(directory);
  const signer = createUrlSigner(secret);
  const files = serveFiles({ path: PATH, folder, signer, clock, log });
  return {
    requiresSize: false,
    presignPut: async ({ contentType, sizeBytes, maxBytes, expiresAt, publicUrl, ...file }) => {
      const limits = { type: contentType, max: String(maxBytes), ...(sizeBytes ? { size: String(sizeBytes) } : {}) };
      const url = signer.sign('PUT', PATH + fileName(file), { ...limits, expires: seconds(expiresAt) });
      return { url: publicUrl + url, headers: { 'Content-Type': contentType } };
    },
    presignGet: async ({ contentType, filename, now, expiresAt, publicUrl, ...file }) => {
      const url = signer.sign('GET', PATH + fileName(file), {
        type: contentType,
        disposition: contentDisposition(contentType, filename),
        expires: seconds(expiresAt ?? fetchWindow(now).until),
      });
      return publicUrl + url;
    },
    find: async (file) => {
      const sizeBytes = await folder.sizeOf(fileName(file));
      return sizeBytes === null ? null : { sizeBytes, contentType: null };
    },
    read: (file) => folder.read(fileName(file)),
    write: async (file, bytes) => {
      await folder.write(fileName(file), bytes instanceof Uint8Array ? [bytes] : bytes);
    },
    remove: (file) => folder.remove(fileName(file)),
    open: async () => {
      await folder.assertWritable();
      await folder.removePartialFiles();
    },
    removePartialFiles: folder.removePartialFiles,
    handle: files.handle,
    close: files.close,
  };
}
