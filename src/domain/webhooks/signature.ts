import { createHmac, randomBytes } from 'node:crypto';

/** The prefix of every secret; the rest is base64 (Standard Webhooks, "Signature scheme"). */
const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** What is signed: an id that is the same in every attempt, the time of the attempt in seconds since 1970, and the body. */
export type SignedContent = { id: string; timestamp: number; body: string };

/** A new secret of 256 random bits. */
export function newWebhookSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

/** The headers of Standard Webhooks (github.com/standard-webhooks/standard-webhooks), with one signature per secret. */
export function signedHeaders(
  { id, timestamp, body }: SignedContent,
  secrets: readonly string[],
): Record<`webhook-${string}`, string> {
  const content = `${id}.${timestamp}.${body}`;
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signatures.join(' ') };
}
