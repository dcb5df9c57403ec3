import { randomBytes } from 'node:crypto';
import type { PrismaClient } from '../generated/prisma/client.js';
import { type SecretBox, type StoredSecret, storedSecret } from '../lib/secret-box.js';

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
  { serverSecret: secrets }: PrismaClient,
  box: SecretBox,
  name: string,
): Promise<Uint8Array> {
  const place = serverSecretPlace(name);
  const created = box.encrypt(randomBytes(32).toString('base64'), place);
  await secrets.createMany({ data: [{ name, value: serverSecretColumn(created) }], skipDuplicates: true });
  const { value } = await secrets.findUniqueOrThrow({ where: { name } });
  return new Uint8Array(Buffer.from(box.decrypt(serverSecretOf(value), place), 'base64'));
}
