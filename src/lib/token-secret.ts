/** The `iss` and `aud` of session tokens. An identity provider must not use it. */
export const OUR_ISSUER = 'parley';

/** Whether a secret is a PEM key rather than plain text. */
export function isPem(secret: string): boolean {
  return secret.trimStart().startsWith('-----BEGIN');
}
