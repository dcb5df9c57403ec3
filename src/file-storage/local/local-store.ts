import type { Logger } from 'pino';
import { encodeId } from '../../lib/ids.js';
import { contentDisposition } from '../content-disposition.js';
import { type FileAddress, fetchWindow, type UploadStore } from '../store.js';
import { openFolder } from './folder.js';
import { serveFiles } from './serve-files.js';
import { createUrlSigner } from './signed-url.js';

export type LocalStoreOptions = {
  directory: string;
  /** Signs the URLs; the same for all processes. */
  secret: Uint8Array;
  clock: () => Date;
  log: Logger;
};

const PATH = '/uploads/';

const nameOf = ({ workspaceId, key }: FileAddress) => `${encodeId('Workspace', workspaceId)}/${key}`;

const seconds = (time: Date) => String(Math.floor(time.getTime() / 1000));

/** Keeps files in a folder of this machine; this server itself takes and serves them. */
export function createLocalStore({ directory, secret, clock, log }: LocalStoreOptions): UploadStore {
  const folder = openFolder(directory);
  const signer = createUrlSigner(secret);
  const files = serveFiles({ path: PATH, folder, signer, clock, log });
  return {
    needsSize: false,
    grantPut: async ({ contentType, sizeBytes, maxBytes, expiresAt, publicUrl, ...file }) => {
      const limits = { type: contentType, max: String(maxBytes), ...(sizeBytes ? { size: String(sizeBytes) } : {}) };
      const url = signer.sign('PUT', PATH + nameOf(file), { ...limits, expires: seconds(expiresAt) });
      return { url: publicUrl + url, headers: { 'Content-Type': contentType } };
    },
    grantGet: async ({ contentType, filename, now, publicUrl, ...file }) => {
      const url = signer.sign('GET', PATH + nameOf(file), {
        type: contentType,
        disposition: contentDisposition(contentType, filename),
        expires: seconds(fetchWindow(now).until),
      });
      return publicUrl + url;
    },
    find: async (file) => {
      const sizeBytes = await folder.sizeOf(nameOf(file));
      return sizeBytes === null ? null : { sizeBytes, contentType: null };
    },
    remove: (file) => folder.remove(nameOf(file)),
    removeLeftovers: folder.removeLeftovers,
    handle: files.handle,
    close: files.close,
  };
}
