import { randomBytes } from 'node:crypto';
import { type SecretBox, type StoredSecret, storedSecret } from '../lib/secret-box.js';
import type { Database } from './client.js';

export const serverSecretPlace = (name: string): string => `ServerSecret/${name}`;

/** The secret in a column: bytes as they are, which are read as base64, or the text of an encrypted secret. */
export function serverSecretOf(value: Uint8Array): StoredSecret {
  const bytes = Buffer.from(value);
  const stored = storedSecret(bytes.toString('latin1'));
  return stored.encrypted ? stored : { text: bytes.toString('base64'), encrypted: false };
}

/** The column that holds a secret. */
export function serverSecretColumn({ text, encrypted }: StoredSecret): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text, encrypted ? 'latin1' : 'base64'));
}

/**
 * A secret of the server, created on first use and shared by all its processes through the database.
 * @throws {UnreadableSecretError} if it is encrypted and cannot be decrypted
 */
export async function serverSecret(
  { read, prisma }: Pick<Database, 'read' | 'prisma'>,
  box: SecretBox,
  name: string,
): Promise<Uint8Array> {
  const place = serverSecretPlace(name);
  // Not through Prisma, which takes a fifth of the time of a start before its first query.
  const find = () => read<{ value: Uint8Array }>`SELECT value FROM "ServerSecret" WHERE name = ${name}`;
  let [stored] = await find();
  if (!stored) {
    const created = box.encrypt(randomBytes(32).toString('base64'), place);
    await prisma.serverSecret.createMany({
      data: [{ name, value: serverSecretColumn(created) }],
      skipDuplicates: true,
    });
    [stored] = await find();
  }
  if (!stored) throw new Error(`The secret ${name} is gone.`);
  return new Uint8Array(Buffer.from(box.decrypt(serverSecretOf(stored.value), place), 'base64'));
}
