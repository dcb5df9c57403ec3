import { z } from 'zod';
import type { WebhookEndpoint } from '../../generated/prisma/client.js';
import { ConflictError } from '../../lib/errors.js';

/** How long an old secret signs beside the new one. */
const OVERLAP_MS = 24 * 60 * 60 * 1000;

/** Each adds a signature to a header of every delivery. */
const MAX_PREVIOUS = 5;

/** `until` is in RFC 3339 format. */
const storedSecrets = z.array(z.object({ secret: z.string(), until: z.string() }));
export type PreviousSecret = z.infer<typeof storedSecrets>[number];

type Secrets = Pick<WebhookEndpoint, 'secret' | 'previousSecrets'>;

/** The previous secrets of an endpoint as they are stored, oldest first. */
export function previousSecretsOf({ previousSecrets }: Pick<Secrets, 'previousSecrets'>): PreviousSecret[] {
  return storedSecrets.parse(previousSecrets);
}

function stillSigning(endpoint: Secrets, now: Date): PreviousSecret[] {
  return previousSecretsOf(endpoint).filter(({ until }) => new Date(until) > now);
}

/** The secrets that sign now, in plain text, newest first. */
export function signingSecrets(endpoint: Secrets, now: Date): string[] {
  const previous = stillSigning(endpoint, now).map(({ secret }) => secret);
  return [endpoint.secret, ...previous.reverse()];
}

/**
 * The previous secrets of an endpoint once its secret is replaced now. Each signs until 24 hours after its replacement.
 * @throws {ConflictError} if five still sign, as dropping one would break that promise
 */
export function withReplaced(endpoint: Secrets, now: Date): PreviousSecret[] {
  const signing = stillSigning(endpoint, now);
  const [first] = signing;
  if (first && signing.length >= MAX_PREVIOUS) {
    throw new ConflictError(
      `${MAX_PREVIOUS} old secrets still sign. Use the newest one you have, or rotate again after ${first.until}.`,
    );
  }
  return [...signing, { secret: endpoint.secret, until: new Date(now.getTime() + OVERLAP_MS).toISOString() }];
}
