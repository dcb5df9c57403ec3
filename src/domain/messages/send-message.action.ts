import type { Viewer } from '../../auth/viewer.js';
import type { Conversation, Message } from '../../generated/prisma/client.js';
import { input, type Parsed, required } from '../../lib/input.js';
import { id } from '../../lib/rules.js';
import type { JsonObject } from '../../lib/validation.js';
import { idempotencyField, idempotent } from '../../unit-of-work/idempotency.js';
import { transact, type Work } from '../../unit-of-work/transaction.js';
import { requireActors } from '../actors/require-actors.js';
import { resolveActor } from '../contacts/merged-contact.sql.js';
import { lockConversation } from '../conversations/conversation.sql.js';
import { type PreparedUpload, prepareUploads, type UploadContext } from '../uploads/prepare-uploads.js';
import { appendMessage } from './append-message.js';
import { assertOwnFields, authorship } from './author.js';
import { reactedTo } from './content/reaction.js';
import { assertSaysSomething, normalizeContent } from './content.js';
import { findMessageIn, findRepeated, findRouted, lockMessage, type NewMessage } from './message.sql.js';
import { messageFields } from './message-fields.js';
import { routeMessage } from './route-message.js';

/** A message to send with a new conversation. */
export const messageInput = input(
  'MessageContentInput',
  'A message. One of text, content and uploadKeys is required.',
  messageFields,
  { check: assertSaysSomething },
);

export type MessageInput = Parsed<typeof messageInput>;

export const sendMessageInput = input(
  'SendMessageInput',
  'A message. One of text, content and uploadKeys is required.',
  { conversationId: required(id('Conversation'), 'The conversation.'), ...messageFields, ...idempotencyField },
  { check: assertSaysSomething },
);

/** Sends a message. Sending it again with the same key or id returns the stored message. */
export async function sendMessage(
  context: UploadContext,
  { conversationId, idempotencyKey: key, ...message }: Parsed<typeof sendMessageInput>,
): Promise<Message> {
  const uploads = await prepareUploads(context, message.uploadKeys);
  return transact(context, (work) =>
    idempotent(
      work,
      { key, mutation: 'sendMessage', input: { conversationId, ...message } },
      {
        run: async () => {
          const conversation = await lockConversation(work, conversationId);
          const result = await addMessage(work, conversation, message, uploads);
          return { result, ids: { id: result.id } };
        },
        resume: async ({ id: messageId }) => (await lockMessage(work, messageId)).message,
      },
    ),
  );
}

/** Adds a message to a locked conversation, or to where a customer's message to a closed one belongs. */
export async function addMessage(
  work: Work,
  conversation: Conversation,
  input: MessageInput,
  uploads: readonly PreparedUpload[],
): Promise<Message> {
  assertOwnFields(work.viewer, input);
  const asked = await withCurrentAuthor(work, conversation, input);
  const message = { ...toNewMessage(work.viewer, conversation, asked), uploads };
  const repeated = (await findRepeated(work, conversation, message)) ?? (await findRouted(work, conversation, message));
  if (repeated) return repeated;
  if (message.author.type !== 'API_KEY' && message.author.type !== 'SYSTEM') {
    await requireActors(work, [message.author]);
  }
  const target = await routeMessage(work, conversation, message);
  const repeatedThere = target.id === conversation.id ? null : await findRepeated(work, target, message);
  if (repeatedThere) return repeatedThere;
  const replyToId = await checkReferences(work, [conversation.id, target.id], message);
  return (await appendMessage(work, target, { ...message, replyToId })).message;
}

/**
 * Makes sure that what a message answers or reacts to stands in the conversation that it names or in the one that it goes
 * to. Answers what it is a reply to there: a reply is not kept across conversations, for they are deleted one by one.
 */
async function checkReferences(
  work: Work,
  conversationIds: [named: string, target: string],
  { replyToId, content }: Pick<NewMessage, 'replyToId' | 'content'>,
): Promise<string | null> {
  const reacted = reactedTo(content);
  if (reacted) await findMessageIn(work, conversationIds, reacted);
  if (!replyToId) return null;
  const { conversationId } = await findMessageIn(work, conversationIds, replyToId);
  return conversationId === conversationIds[1] ? replyToId : null;
}

/** The conversation may have moved to the contact that its author was merged into. */
async function withCurrentAuthor(work: Work, { contactId }: Conversation, input: MessageInput): Promise<MessageInput> {
  const { authorId } = input;
  if (!authorId || authorId.type === 'SYSTEM' || authorId.id === contactId) return input;
  return { ...input, authorId: await resolveActor(work, authorId) };
}

function toNewMessage(viewer: Viewer, conversation: Conversation, input: MessageInput): NewMessage {
  const metadata: JsonObject = input.metadata ?? {};
  return {
    ...authorship(viewer, conversation, input),
    ...normalizeContent(input),
    metadata,
    externalId: input.externalId ?? null,
    clientMessageId: input.clientMessageId ?? null,
    replyToId: input.replyToId ?? null,
  };
}
