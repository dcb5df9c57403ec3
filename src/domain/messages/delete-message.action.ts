import { eraseNote } from '../../erasure/deliveries.sql.js';
import { input, type Parsed, required } from '../../lib/input.js';
import { id } from '../../lib/rules.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { eraseAsDeleted } from '../conversations/deleted-messages.sql.js';
import { releaseUploadsOfMessage } from '../uploads/upload.sql.js';
import { recordNote } from './append-note.js';
import { assertMayEdit } from './author.js';
import { replaceMentions } from './mention.sql.js';
import { changeMessage, lockMessage, type MessageInConversation } from './message.sql.js';
import { messageOutcome } from './message-outcome.js';

export const deleteMessageInput = input('DeleteMessageInput', 'The message to delete.', {
  messageId: required(id('Message'), 'The message.'),
});

/**
 * Clears the text, content, metadata and mentions of a message and releases its attachments; its row, `seq` and the
 * conversation's `messageCount` stay, but nobody has to read it any more. Deleting it again changes nothing.
 */
export async function deleteMessage(
  context: ActionContext,
  { messageId }: Parsed<typeof deleteMessageInput>,
): Promise<MessageInConversation> {
  return transactOnce(context, messageOutcome, async (work) => {
    const { message, conversation } = await lockMessage(work, messageId);
    await assertMayEdit(work, message);
    if (message.deletedAt) return { message, conversation };
    await releaseUploadsOfMessage(work, messageId);
    if (message.visibility === 'INTERNAL') {
      await eraseNote(work, message);
      const mentions = await replaceMentions(work, message, []);
      recordNote(work, conversation, { type: 'note.updated', payload: { messageId, ...mentions } });
    } else {
      await eraseAsDeleted(work, message);
      work.record(conversation, { type: 'message.updated', payload: { messageId, status: null } });
    }
    const changes = { text: null, content: {}, metadata: {}, deletedAt: work.now };
    return { message: await changeMessage(work, message, changes), conversation };
  });
}
