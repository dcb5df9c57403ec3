import type { Viewer } from '../../auth/viewer.js';
import type { Conversation, Message } from '../../generated/prisma/client.js';
import { assertRecent, clientId } from '../../lib/client-id.js';
import { withMembers } from '../../lib/collections.js';
import { input, optional, type Parsed, required } from '../../lib/input.js';
import { id } from '../../lib/rules.js';
import type { JsonObject } from '../../lib/validation.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { Outcome } from '../../unit-of-work/outcome.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { assertMayActFor } from '../actors/act-for.js';
import { assertFound, findActors } from '../actors/actor.sql.js';
import { resolveActor } from '../contacts/merged-contact.sql.js';
import { lockConversation, readConversation } from '../conversations/conversation.sql.js';
import { canJoin, findParticipant } from '../participants/participant.sql.js';
import { type PreparedUpload, prepareUploads, type UploadContext } from '../uploads/prepare-uploads.js';
import { appendMessage } from './append-message.js';
import { appendNote } from './append-note.js';
import { assertMayReferTo, assertNoTeamFields, authorship } from './author.js';
import { findDuplicate, findRoutedDuplicate } from './find-duplicate.sql.js';
import { assertMentionable } from './mention.sql.js';
import {
  findMessageIn,
  lockMessage,
  type MessageInConversation,
  type NewMessage,
  type WrittenMessage,
} from './message.sql.js';
import { reactionTarget } from './message-content.js';
import { checkNote, messageFields, noteFields, requireBody } from './message-fields.js';
import { normalizeContent } from './normalize-content.js';
import { routeMessage } from './route-message.js';

/** The first message of a new conversation. */
export const messageInput = input(
  'MessageContentInput',
  'A message. One of text, content and uploadKeys is required.',
  messageFields,
  { check: requireBody },
);

type MessageInput = Parsed<typeof messageInput>;

/** A message, and what only those of conversations that there are can have. */
type MessageToSend = MessageInput & Partial<Pick<SendMessage, 'id' | 'visibility' | 'mentionedUserIds'>>;

export const sendMessageInput = input(
  'SendMessageInput',
  'A message. One of text, content and uploadKeys is required.',
  {
    id: optional(
      clientId('Message'),
      'The id to create it with, made by the client. Sending it again returns the stored message. Default: a new one.',
    ),
    conversationId: required(id('Conversation'), 'The conversation.'),
    ...messageFields,
    ...noteFields,
  },
  {
    check: (message, refuse) => {
      requireBody(message, refuse);
      checkNote(message, refuse);
    },
  },
);

type SendMessage = Parsed<typeof sendMessageInput>;

const outcome: Outcome<WrittenMessage, { id: string }> = {
  keep: ({ id }) => ({ id }),
  resume: async (work, { id }) => written(await lockMessage(work, id)),
};

/**
 * Sends a message. Repeating it with the same idempotency key, id, externalId or clientMessageId returns the stored
 * message.
 */
export async function sendMessage(
  context: UploadContext,
  { conversationId, ...message }: SendMessage,
): Promise<MessageInConversation> {
  if (message.id) assertRecent('Message', message.id, context.clock());
  const uploads = await prepareUploads(context, message.uploadKeys);
  const sent = await transactOnce(context, outcome, async (work) => {
    const conversation = await lockConversation(work, conversationId);
    return addMessage(work, conversation, message, uploads);
  });
  return { message: await sent.row(), conversation: sent.conversation };
}

function written({ message, conversation }: MessageInConversation): WrittenMessage {
  return { id: message.id, conversation, row: async () => message };
}

/** A stored message that a new one repeats, in the conversation that is locked, or where the first one was routed to. */
async function stored(work: Work, message: Message, locked: Conversation): Promise<WrittenMessage> {
  const isElsewhere = message.conversationId !== locked.id;
  return written({
    message,
    conversation: isElsewhere ? await readConversation(work, message.conversationId) : locked,
  });
}

/** Adds a message to a locked conversation; if that is closed, to the one that `routeMessage` chooses. */
export async function addMessage(
  work: Work,
  conversation: Conversation,
  input: MessageToSend,
  uploads: readonly PreparedUpload[],
): Promise<WrittenMessage> {
  assertNoTeamFields(work.viewer, input);
  const current = await withCurrentAuthor(work, conversation, input);
  const message = toNewMessage(work.viewer, conversation, current, uploads);
  await assertMayActFor(work, message.author);
  const authors = canJoin(message.author) ? [message.author] : [];
  // At the same moment, so that they are looked up together.
  const [duplicate, found, participant] = await Promise.all([
    findStored(work, conversation, message),
    findActors(work, authors),
    findParticipant(work, conversation, message.author),
  ]);
  if (duplicate) return stored(work, duplicate, conversation);
  assertFound(found, authors);
  if (message.visibility === 'INTERNAL') return addNote(work, conversation, message);
  const target = await routeMessage(work, conversation, message);
  const duplicateInTarget = target.id === conversation.id ? null : await findDuplicate(work, target, message);
  if (duplicateInTarget) return stored(work, duplicateInTarget, target);
  const replyToId = await checkReferences(work, [conversation.id, target.id], message);
  // A closed conversation is routed to another one, or reopened, by which the author joins.
  const isRouted = conversation.status === 'CLOSED';
  return appendMessage(work, target, withMembers(message, { replyToId }), isRouted ? undefined : participant);
}

/** Adds a note where it was written: it is not routed, because it opens nothing. */
async function addNote(work: Work, conversation: Conversation, message: NewMessage): Promise<WrittenMessage> {
  await assertMentionable(work, message.mentionedUserIds);
  const replyToId = await checkReferences(work, [conversation.id, conversation.id], message);
  return appendNote(work, conversation, { ...message, replyToId });
}

/** The stored message that this one duplicates, in the conversation or where the first one was routed to. */
async function findStored(work: Work, conversation: Conversation, message: NewMessage): Promise<Message | null> {
  const duplicate = await findDuplicate(work, conversation, message);
  return duplicate ?? findRoutedDuplicate(work, conversation, message);
}

/**
 * Returns the replyToId to store: null if the message it refers to is not in the target conversation, because
 * conversations are deleted one by one and must not refer to each other.
 * @throws {NotFoundError} if a message that is replied or reacted to is in neither conversation
 * @throws {ValidationError} if a public message refers to a note
 */
async function checkReferences(
  work: Work,
  conversationIds: [requested: string, target: string],
  { replyToId, content, visibility }: Pick<NewMessage, 'replyToId' | 'content' | 'visibility'>,
): Promise<string | null> {
  const target = reactionTarget(content);
  if (target) assertMayReferTo(await findMessageIn(work, conversationIds, target), visibility, 'content.messageId');
  if (!replyToId) return null;
  const message = await findMessageIn(work, conversationIds, replyToId);
  assertMayReferTo(message, visibility, 'replyToId');
  return message.conversationId === conversationIds[1] ? replyToId : null;
}

/** The input with the contact that its author was merged into, if the conversation is that contact's now. */
async function withCurrentAuthor(
  work: Work,
  { contactId }: Conversation,
  input: MessageToSend,
): Promise<MessageToSend> {
  const { authorId } = input;
  if (!authorId || authorId.type === 'SYSTEM' || authorId.id === contactId) return input;
  return { ...input, authorId: await resolveActor(work, authorId) };
}

function toNewMessage(
  viewer: Viewer,
  conversation: Conversation,
  input: MessageToSend,
  uploads: readonly PreparedUpload[],
): NewMessage {
  const metadata: JsonObject = input.metadata ?? {};
  const { author, direction } = authorship(viewer, conversation, input);
  const { text, content } = normalizeContent(input);
  return {
    author,
    direction,
    text,
    content,
    metadata,
    uploads,
    visibility: input.visibility ?? 'PUBLIC',
    mentionedUserIds: [...new Set(input.mentionedUserIds)],
    id: input.id,
    externalId: input.externalId ?? null,
    clientMessageId: input.clientMessageId ?? null,
    replyToId: input.replyToId ?? null,
  };
}
