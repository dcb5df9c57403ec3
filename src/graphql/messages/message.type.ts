import { messageText } from '../../domain/messages/content-schemas.js';
import { contentDescription } from '../../domain/messages/message-content.js';
import {
  MessageDirection as MessageDirections,
  MessageStatus as MessageStatuses,
  MessageVisibility as MessageVisibilities,
} from '../../generated/prisma/enums.js';
import { actorOf } from '../../lib/actor-ref.js';
import { limitOf } from '../../lib/input.js';
import { metadata } from '../../lib/rules.js';
import { loadActor } from '../actors/actor.type.js';
import { Actor } from '../actors/actor-interface.js';
import { apiKeysById } from '../api-keys/api-key.loader.js';
import { ApiKey } from '../api-keys/api-key.type.js';
import { requireShownConversation } from '../conversations/conversation.loader.js';
import { Conversation } from '../conversations/conversation.type.js';
import { builder, Node, publicId } from '../core/builder.js';
import { rowWeight } from '../core/complexity.js';
import { usableInInputs } from '../core/input.js';
import { messagesById } from './message.loader.js';

const MessageDirection = usableInInputs(
  builder.enumType('MessageDirection', {
    description: 'The direction of a message.',
    values: {
      [MessageDirections.INBOUND]: { description: 'From the customer.' },
      [MessageDirections.OUTBOUND]: { description: 'To the customer: from users, bots, API keys and the system.' },
    } as const,
  }),
);

export const MessageVisibility = usableInInputs(
  builder.enumType('MessageVisibility', {
    description: 'Who learns of a message.',
    values: {
      [MessageVisibilities.PUBLIC]: { description: 'The team and the customer.' },
      [MessageVisibilities.INTERNAL]: {
        description:
          'The team: users, bots and API keys. Such a message is a note. Contacts never learn of it, and it changes nothing of the conversation that they see, neither its status nor its counts or times.',
      },
    } as const,
  }),
);

export const MessageStatus = usableInInputs(
  builder.enumType('MessageStatus', {
    description:
      'The delivery status of a message. It only advances, in the order PENDING, SENT, FAILED, DELIVERED, READ, whatever the order of the reports: a message that was delivered or read has not failed.',
    values: {
      [MessageStatuses.PENDING]: { description: 'Stored, but not sent yet. Outbound messages start here.' },
      [MessageStatuses.SENT]: { description: 'Handed over to the channel.' },
      [MessageStatuses.DELIVERED]: { description: 'Received by the other side. Inbound messages start here.' },
      [MessageStatuses.READ]: { description: 'Read by the other side.' },
      [MessageStatuses.FAILED]: { description: 'Not delivered; errorMessage says why.' },
    } as const,
  }),
);

export const Message = builder.prismaObject('Message', {
  description: 'A message in a conversation.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id(publicId('Message')),
    seq: t.exposeInt('seq', {
      description:
        'The number of a public message in its conversation: 1, 2, 3 … without gaps. Of a note, that of the public message before it; 0 for none.',
    }),
    noteSeq: t.exposeInt('noteSeq', {
      description:
        'The place of a note among those with the same `seq`: 1, 2, 3 …; 0 for a public message. By `seq` and then by this, the messages of a conversation are in their order.',
    }),
    visibility: t.expose('visibility', { type: MessageVisibility, description: 'Who learns of it.' }),
    conversation: t.field({
      type: Conversation,
      description: 'The conversation that contains the message.',
      resolve: ({ conversationId }, _args, context) => requireShownConversation(context, conversationId),
    }),
    direction: t.expose('direction', {
      type: MessageDirection,
      description: 'Whether it comes from the customer or goes to them.',
    }),
    author: t.field({
      type: Actor,
      description: 'The actor who sent it.',
      resolve: ({ authorType, authorId }, _args, context) => loadActor(context, actorOf(authorType, authorId)),
    }),
    via: t.field({
      type: ApiKey,
      nullable: true,
      description:
        "The API key that sent it in the author's name; null if the author sent it. Contacts always get null.",
      resolve: ({ viaKeyId }, _args, context) => (viaKeyId ? apiKeysById(context).load(viaKeyId) : null),
    }),
    text: t.exposeString('text', {
      nullable: true,
      description: `The text; null if there is none or the message is deleted. ${limitOf(messageText)}`,
    }),
    content: t.expose('content', {
      type: 'JSONObject',
      description: `${contentDescription} {} if the message is deleted or has attachments only.`,
    }),
    status: t.expose('status', {
      type: MessageStatus,
      description: 'The delivery status. Always DELIVERED for a note, which nobody delivers.',
    }),
    errorMessage: t.exposeString('errorMessage', { nullable: true, description: 'Why the message FAILED.' }),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: "The channel's own id of the message, unique within the channel.",
    }),
    clientMessageId: t.exposeString('clientMessageId', {
      nullable: true,
      description:
        "The sender's own id of the message, unique within the conversation. It makes it safe to send the message again.",
    }),
    metadata: t.expose('metadata', {
      type: 'JSONObject',
      description: `Any data that callers store with the message. ${limitOf(metadata)}`,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was sent.' }),
    editedAt: t.expose('editedAt', { type: 'DateTime', nullable: true, description: 'When it was last edited.' }),
    deletedAt: t.expose('deletedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When it was deleted. A deleted message has no text, metadata, mentions or attachments, and its content is {}.',
    }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
});

builder.prismaObjectField(Message, 'replyTo', (t) =>
  t.field({
    type: Message,
    nullable: true,
    complexity: rowWeight.message,
    description:
      'The message of the same conversation that this one replies to. If that is deleted, it has neither text nor content.',
    resolve: ({ replyToId }, _args, context) => (replyToId ? messagesById(context).load(replyToId) : null),
  }),
);
