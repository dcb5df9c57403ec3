import { z } from 'zod';
import { decodeId } from '../../../lib/ids.js';
import { id } from '../../../lib/validation.js';

const MAX_EMOJI = 32;

/** An answer to a message by an emoji; an empty one takes it back. */
export const reactionContent = z.looseObject({
  messageId: id('Message'),
  emoji: z
    .string('Must be a string; null is not allowed here.')
    .max(MAX_EMOJI, `Must have at most ${MAX_EMOJI} characters.`),
});

/** The UUID of the message that a content reacts to; null where it is no reaction. */
export function reactedTo(content: object): string | null {
  const messageId: unknown = Reflect.get(content, 'messageId');
  const reacts = Reflect.get(content, 'type') === 'reaction' && typeof messageId === 'string';
  return reacts ? decodeId('Message', messageId) : null;
}
