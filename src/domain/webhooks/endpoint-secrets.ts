import { z } from 'zod';
import type { WebhookEndpoint } from '../../generated/prisma/client.js';
import { type SecretBox, type StoredSecret, storedSecret } from '../../lib/secret-box.js';
import { type PreviousSecret, previousSecretsOf } from './secrets.js';

type EndpointKey = Pick<WebhookEndpoint, 'workspaceId' | 'id'>;

/** The columns of an endpoint that hold secrets, and its key. */
export type SecretColumns = EndpointKey & Pick<WebhookEndpoint, 'secret' | 'previousSecrets' | 'headers'>;

/** Stores a secret that is stored in a place in another way, or as it is. */
export type RewriteSecret = (stored: StoredSecret, place: string) => StoredSecret;

/** Whether a header's value is encrypted cannot depend on what it looks like: anyone may choose it. */
const storedValue = z.union([z.string(), z.object({ encrypted: z.string() })]);
type StoredHeaders = Record<string, z.infer<typeof storedValue>>;

const placeOf = ({ workspaceId, id }: EndpointKey) => `WebhookEndpoint/${workspaceId}/${id}`;
/** Old secrets have the place of the present one, so that it becomes old as it is stored. */
const secretPlace = (key: EndpointKey) => `${placeOf(key)}/secret`;
const headerPlace = (key: EndpointKey, name: string) => `${placeOf(key)}/headers/${name}`;

/** How the secret of an endpoint is stored: encrypted, if there is a key. */
export function encryptedSecret(box: SecretBox, key: EndpointKey, secret: string): string {
  return box.encrypt(secret, secretPlace(key)).text;
}

/** How the headers of an endpoint are stored: their values are encrypted, if there is a key. */
export function encryptedHeaders(box: SecretBox, key: EndpointKey, headers: Record<string, string>): StoredHeaders {
  return rewriteHeaders(key, headers, ({ text }, place) => box.encrypt(text, place));
}

/** Rewrites all secrets of an endpoint. */
export function rewriteSecrets(
  columns: SecretColumns,
  rewrite: RewriteSecret,
): { secret: string; previousSecrets: PreviousSecret[]; headers: StoredHeaders } {
  const rewritten = (secret: string) => rewrite(storedSecret(secret), secretPlace(columns)).text;
  return {
    secret: rewritten(columns.secret),
    previousSecrets: previousSecretsOf(columns).map(({ secret, until }) => ({ secret: rewritten(secret), until })),
    headers: rewriteHeaders(columns, columns.headers, rewrite),
  };
}

function rewriteHeaders(key: EndpointKey, headers: unknown, rewrite: RewriteSecret): StoredHeaders {
  const rewritten = Object.entries(z.record(z.string(), storedValue).parse(headers)).map(([name, value]) => {
    const stored = typeof value === 'string' ? { text: value, encrypted: false } : storedSecret(value.encrypted);
    const { text, encrypted } = rewrite(stored, headerPlace(key, name));
    return [name, encrypted ? { encrypted: text } : text] as const;
  });
  return Object.fromEntries(rewritten);
}

/**
 * An endpoint with its secrets in plain text.
 * @throws {UnreadableSecretError} if one cannot be decrypted
 */
export function withPlainSecrets(box: SecretBox, endpoint: WebhookEndpoint): WebhookEndpoint {
  const plain = rewriteSecrets(endpoint, (stored, place) => ({ text: box.decrypt(stored, place), encrypted: false }));
  return { ...endpoint, ...plain };
}
