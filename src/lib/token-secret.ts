import { createPrivateKey } from 'node:crypto';

const MIN_SECRET_BYTES = 32;

/** The `iss` and `aud` of session tokens. An identity provider must not use it. */
export const OUR_ISSUER = 'parley';

/** Whether a secret is a PEM key rather than plain text. */
export function isPem(secret: string): boolean {
  return secret.trimStart().startsWith('-----BEGIN');
}

/** A PEM key with real line breaks: many tools cannot put them into a variable, and write \\n. */
export function withLineBreaks(secret: string): string {
  return isPem(secret) ? secret.replaceAll('\\n', '\n') : secret;
}

/** Whether a text can sign tokens: 32 bytes or more, or an Ed25519 private key. */
export function isSigningSecret(value: string): boolean {
  if (!isPem(value)) return Buffer.byteLength(value) >= MIN_SECRET_BYTES;
  try {
    return createPrivateKey(withLineBreaks(value)).asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
}
