/** Both `iss` and `aud` of our own tokens, which no outside provider may have. */
export const OUR_ISSUER = 'parley';

/** Whether a secret is a key in PEM rather than any text. */
export function isPem(secret: string): boolean {
  return secret.trimStart().startsWith('-----BEGIN');
}
