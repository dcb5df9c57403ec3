import type { Read } from '../../db/read.js';
import { StartError } from '../../lib/program.js';
import type { SecretBox } from '../../lib/secret-box.js';
import { usedKeyIds } from './used-keys.sql.js';

/**
 * Makes sure that every stored secret can be decrypted before anything needs one.
 * @throws {StartError} that names the keys that are missing
 */
export async function assertKeysAtHand(read: Read, { keyIds }: Pick<SecretBox, 'keyIds'>): Promise<void> {
  const missing = (await usedKeyIds(read)).filter((id) => !keyIds.includes(id));
  if (missing.length === 0) return;
  const keys = `${missing.length === 1 ? 'the key' : 'the keys'} ${missing.join(', ')}`;
  const present = keyIds.length === 0 ? 'is not set' : `has only ${keyIds.join(', ')}`;
  throw new StartError(
    `SECRETS_KEY ${present}, but secrets in the database are encrypted with ${keys}: add what is missing after the others, separated by a comma`,
  );
}
