import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { isFileKey } from '../../file-storage/file-key.js';
import { listRule, rule } from '../../lib/input.js';
import { bounded } from '../../lib/rules.js';

const MAX_UPLOADS = 10;

export const UNKNOWN_KEY = 'Must be the key of an upload of this workspace.';

/** A key that cannot be guessed: 128 random bits and the extension. It is also the file's name in the store. */
export function newUploadKey(extension: string): string {
  return `${randomBytes(16).toString('hex')}.${extension}`;
}

const uploadKey = rule('String', z.string('Must be an upload key.').refine(isFileKey, UNKNOWN_KEY));

/** The keys of the uploads of a message. */
export const uploadKeys = listRule(
  uploadKey,
  bounded(uploadKey, MAX_UPLOADS, 'keys').refine(
    (keys) => new Set(keys).size === keys.length,
    'Must not contain a key twice.',
  ),
  `At most ${MAX_UPLOADS}.`,
);
