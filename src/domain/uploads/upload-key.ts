import { randomBytes } from 'node:crypto';

const KEY = /^[0-9a-f]{32}\.[a-z0-9]{2,5}$/;

/** A key that nobody can guess: 128 random bits and the extension. It is also the file's name in the store. */
export function newUploadKey(extension: string): string {
  return `${randomBytes(16).toString('hex')}.${extension}`;
}

export function looksLikeUploadKey(key: string): boolean {
  return KEY.test(key);
}
