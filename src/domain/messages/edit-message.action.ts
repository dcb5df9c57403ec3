import { toJson } from '../../db/json.js';
import { eraseMessage } from '../../erasure/deliveries.sql.js';
import type { Message } from '../../generated/prisma/client.js';
import { ConflictError } from '../../lib/errors.js';
import { input, optional, type Parsed, required } from '../../lib/input.js';
import { id } from '../../lib/rules.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { assertMayChange } from './author.js';
import { messageContent } from './content/content-types.js';
import { reactedTo } from './content/reaction.js';
import { messageText } from './content/text.js';
import { contentDescription, normalizeContent, withText } from './content.js';
import { changeMessage, findMessageIn, lockMessage, saysTheSame } from './message.sql.js';

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

/** Changes what a message says; what it says already changes nothing and logs nothing. */
export async function editMessage(
  context: ActionContext,
  { messageId, text, content }: Parsed<typeof editMessageInput>,
): Promise<Message> {
  return transact(context, async (work) => {
    const { message, conversation } = await lockMessage(work, messageId);
    await assertMayChange(work, message);
    if (message.deletedAt) throw new ConflictError('The message is deleted. Send a new one.');
    const said = normalizeContent({ text, content: content ?? withText(message.content, text ?? '') });
    if (saysTheSame(message, said)) return message;
    const reacted = reactedTo(said.content);
    if (reacted) await findMessageIn(work, [conversation.id], reacted);
    // What it said before is kept nowhere.
    await eraseMessage(work, message);
    work.record(conversation, { type: 'message.updated', payload: { messageId, status: null } });
    return changeMessage(work, message, { text: said.text, content: toJson(said.content), editedAt: work.now });
  });
}
