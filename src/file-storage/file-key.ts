import { encodeId } from '../lib/ids.js';
import type { FileRef } from './store.js';

const KEY = /^[0-9a-f]{32}\.[a-z0-9]{2,5}$/;

/** Whether a key could be one of ours. Others could lead out of the store. */
export function isFileKey(key: string): boolean {
  return KEY.test(key);
}

/** The name of a file in a store, in the folder of its workspace. Throws if its key cannot be one of ours. */
export function fileName({ workspaceId, key }: FileRef): string {
  if (!isFileKey(key)) throw new Error(`${JSON.stringify(key)} is not the key of a file.`);
  return `${encodeId('Workspace', workspaceId)}/${key}`;
}
