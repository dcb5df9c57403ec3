import { toJson } from '../../db/client.js';
import { eraseMessage } from '../../erasure/deliveries.sql.js';
import type { Message } from '../../generated/prisma/client.js';
import { ConflictError } from '../../lib/errors.js';
import { input, optional, type Parsed, required } from '../../lib/input.js';
import { id } from '../../lib/rules.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { assertMayEdit } from './author.js';
import { messageText } from './content-schemas.js';
import { hasSameContent } from './find-duplicate.sql.js';
import { changeMessage, findMessageIn, lockMessage } from './message.sql.js';
import { contentDescription, messageContent, reactionTarget } from './message-content.js';
import { messageOutcome } from './message-outcome.js';
import { normalizeContent, replaceText } from './normalize-content.js';

export const editMessageInput = input(
  'EditMessageInput',
  'The new text or content of a message; at least one is required.',
  {
    messageId: required(id('Message'), 'The message.'),
    text: optional(
      messageText,
      'The new text. Default: the text of content. Given alone, it replaces the text or caption inside the content and keeps the rest.',
    ),
    content: optional(messageContent, contentDescription),
  },
  {
    check: ({ text, content }, refuse) => {
      if (text === undefined && content === undefined) refuse('text', 'Give text or content.');
    },
  },
);

/** Changes the text and content of a message. If it has them already, nothing changes and no event is recorded. */
export async function editMessage(
  context: ActionContext,
  { messageId, text, content }: Parsed<typeof editMessageInput>,
): Promise<Message> {
  return transactOnce(context, messageOutcome, async (work) => {
    const { message, conversation } = await lockMessage(work, messageId);
    await assertMayEdit(work, message);
    if (message.deletedAt) throw new ConflictError('The message is deleted. Send a new one.');
    const edited = normalizeContent({ text, content: content ?? replaceText(message.content, text ?? '') });
    if (hasSameContent(message, edited)) return message;
    const target = reactionTarget(edited.content);
    if (target) await findMessageIn(work, [conversation.id], target);
    // The previous text and content must not remain anywhere.
    await eraseMessage(work, message);
    work.record(conversation, { type: 'message.updated', payload: { messageId, status: null } });
    return changeMessage(work, message, { text: edited.text, content: toJson(edited.content), editedAt: work.now });
  });
}
