import { createHash } from 'node:crypto';
import { loadConfig } from '../../../../src/config.js';

/** A key by a name, always the same, as SECRETS_KEY takes it. */
export function keyText(name: string): string {
  return createHash('sha256').update(name).digest('base64');
}

/** The configuration with the keys of these names; the first one encrypts. */
export function keysOf(...names: string[]) {
  const { secretKeys } = loadConfig({ SECRETS_KEY: names.map(keyText).join(',') });
  return { secretKeys };
}

export function keyId(name: string): string {
  return keysOf(name).secretKeys[0]?.id ?? '';
}
