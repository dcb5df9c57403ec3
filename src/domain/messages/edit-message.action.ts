import { toJson } from '../../db/client.js';
import { eraseMessage, eraseNote } from '../../erasure/deliveries.sql.js';
import type { Conversation, Message } from '../../generated/prisma/client.js';
import { ConflictError, invalid } from '../../lib/errors.js';
import { input, optional, type Parsed, required } from '../../lib/input.js';
import { id } from '../../lib/rules.js';
import { toJsonObject } from '../../lib/validation.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { ActionContext, Work } from '../../unit-of-work/transaction.js';
import { recordNote } from './append-note.js';
import { assertMayEdit, assertMayReferTo } from './author.js';
import { messageText } from './content-schemas.js';
import { hasSameContent } from './find-duplicate.sql.js';
import { assertMentionable, type MentionChanges, replaceMentions } from './mention.sql.js';
import { changeMessage, findMessageIn, lockMessage, type MessageInConversation } from './message.sql.js';
import { contentDescription, messageContent, reactionTarget } from './message-content.js';
import { mentionedUserIds } from './message-fields.js';
import { messageOutcome } from './message-outcome.js';
import { normalizeContent, replaceText } from './normalize-content.js';

export const editMessageInput = input(
  'EditMessageInput',
  'The new text or content of a message, or whom a note mentions; at least one is required.',
  {
    messageId: required(id('Message'), 'The message.'),
    text: optional(
      messageText,
      'The new text. Default: the text of content. Given alone, it replaces the text or caption inside the content and keeps the rest.',
    ),
    content: optional(messageContent, contentDescription),
    mentionedUserIds: optional(
      mentionedUserIds,
      'Active users whom the note mentions instead of those before. Only for INTERNAL messages. Default: they stay.',
    ),
  },
  {
    check: ({ text, content, mentionedUserIds: users }, refuse) => {
      if (text === undefined && content === undefined && users === undefined) refuse('text', 'Give text or content.');
    },
  },
);

/** Changes the text and content of a message. If it has them already, nothing changes and no event is recorded. */
export async function editMessage(
  context: ActionContext,
  { messageId, text, content, mentionedUserIds: users }: Parsed<typeof editMessageInput>,
): Promise<MessageInConversation> {
  return transactOnce(context, messageOutcome, async (work) => {
    const { message, conversation } = await lockMessage(work, messageId);
    await assertMayEdit(work, message);
    if (message.deletedAt) throw new ConflictError('The message is deleted. Send a new one.');
    const mentions = users ? await remention(work, message, [...new Set(users)]) : null;
    const edited =
      text === undefined && content === undefined
        ? { text: message.text, content: toJsonObject(message.content) }
        : normalizeContent({ text, content: content ?? replaceText(message.content, text ?? '') });
    if (hasSameContent(message, edited)) {
      if (!mentions) return { message, conversation };
      await recordEdit(work, message, conversation, mentions);
      return { message: await changeMessage(work, message, { editedAt: work.now }), conversation };
    }
    const target = reactionTarget(edited.content);
    if (target) {
      assertMayReferTo(await findMessageIn(work, [conversation.id], target), message.visibility, 'content.messageId');
    }
    await recordEdit(work, message, conversation, mentions);
    const changes = { text: edited.text, content: toJson(edited.content), editedAt: work.now };
    return { message: await changeMessage(work, message, changes), conversation };
  });
}

/** Replaces whom a note mentions; null if that are the same users. */
async function remention(work: Work, message: Message, userIds: string[]): Promise<MentionChanges | null> {
  // First, since a contact may edit public messages: it must not learn from the answer which users there are.
  if (message.visibility === 'PUBLIC') {
    throw invalid('mentionedUserIds', 'Only a message with visibility INTERNAL can mention users.');
  }
  await assertMentionable(work, userIds);
  return replaceMentions(work, message, userIds);
}

/** Erases what webhooks sent of the message, whose previous text and content must not remain anywhere, and records the edit. */
async function recordEdit(
  work: Work,
  message: Message,
  conversation: Conversation,
  mentions: MentionChanges | null,
): Promise<void> {
  const { id: messageId } = message;
  if (message.visibility === 'INTERNAL') {
    await eraseNote(work, message);
    recordNote(work, conversation, { type: 'note.updated', payload: { messageId, ...mentions } });
  } else {
    await eraseMessage(work, message);
    work.record(conversation, { type: 'message.updated', payload: { messageId, status: null } });
  }
}
