import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { listRule, rule } from '../../lib/input.js';
import { bounded } from '../../lib/rules.js';

const KEY = /^[0-9a-f]{32}\.[a-z0-9]{2,5}$/;

const MAX_UPLOADS = 10;

export const UNKNOWN_KEY = 'Must be the key of an upload of this workspace.';

/** A key that cannot be guessed: 128 random bits and the extension. It is also the file's name in the store. */
export function newUploadKey(extension: string): string {
  return `${randomBytes(16).toString('hex')}.${extension}`;
}

export function looksLikeUploadKey(key: string): boolean {
  return KEY.test(key);
}

const uploadKey = rule('String', z.string('Must be an upload key.').refine(looksLikeUploadKey, UNKNOWN_KEY));

/** The keys of the uploads of a message. */
export const uploadKeys = listRule(
  uploadKey,
  bounded(uploadKey, MAX_UPLOADS, 'keys').refine(
    (keys) => new Set(keys).size === keys.length,
    'Must not contain a key twice.',
  ),
  `At most ${MAX_UPLOADS}.`,
);
