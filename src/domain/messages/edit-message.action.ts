import { z } from 'zod';
import { toJson } from '../../db/json.js';
import { eraseMessage } from '../../erasure/deliveries.sql.js';
import type { Message } from '../../generated/prisma/client.js';
import { ConflictError } from '../../lib/errors.js';
import { id, parse } from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { assertMayChange } from './author.js';
import { reactedTo } from './content/reaction.js';
import { normalizeContent, saysSomething, withText } from './content.js';
import { changeMessage, findMessageIn, lockMessage, saysTheSame } from './message.sql.js';
import { sayingFields } from './message-fields.js';

const editMessageInput = z
  .object({ messageId: id('Message'), ...sayingFields })
  .refine(saysSomething, { path: ['text'], message: 'Give text or content.' });

/** Changes what a message says; what it says already changes nothing and logs nothing. */
export async function editMessage(context: ActionContext, input: unknown): Promise<Message> {
  const { messageId, text, content } = parse(editMessageInput, input);
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
