import type { Conversation } from '../../generated/prisma/client.js';
import { ConflictError } from '../../lib/errors.js';

/** Throws ConflictError where a conversation has changed since the caller saw it. */
export function assertVersion({ version }: Pick<Conversation, 'version'>, expected: number | undefined): void {
  if (expected !== undefined && expected !== version) {
    throw new ConflictError(`The conversation has version ${version}, not ${expected}. Read it again, then decide.`);
  }
}
