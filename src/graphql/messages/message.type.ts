import { contentDescription } from '../../domain/messages/content.js';
import {
  MessageDirection as MessageDirections,
  MessageStatus as MessageStatuses,
} from '../../generated/prisma/enums.js';
import { actorOf } from '../../lib/actor-ref.js';
import { encodeId } from '../../lib/ids.js';
import { loadActor } from '../actors/actor.type.js';
import { Actor } from '../actors/actor-interface.js';
import { requireConversation } from '../conversations/conversation.loader.js';
import { Conversation } from '../conversations/conversation.type.js';
import { builder } from '../core/builder.js';
import { usableInInputs } from '../core/input.js';
import { Node } from '../core/node.js';
import { messagesById } from './message.loader.js';

const MessageDirection = usableInInputs(
  builder.enumType('MessageDirection', {
    description: 'Which way a message goes.',
    values: {
      [MessageDirections.INBOUND]: { description: 'From the customer.' },
      [MessageDirections.OUTBOUND]: { description: 'To the customer: from users, bots, keys and the system.' },
    } as const,
  }),
);

export const MessageStatus = usableInInputs(
  builder.enumType('MessageStatus', {
    description: 'How far a message has come. It only rises; FAILED is reached from PENDING and SENT.',
    values: {
      [MessageStatuses.PENDING]: { description: 'Kept, not sent yet. Outbound messages begin here.' },
      [MessageStatuses.SENT]: { description: 'Given to the channel.' },
      [MessageStatuses.DELIVERED]: { description: 'On the other side. Inbound messages begin here.' },
      [MessageStatuses.READ]: { description: 'Read on the other side.' },
      [MessageStatuses.FAILED]: { description: 'It will not arrive; errorMessage says why.' },
    } as const,
  }),
);

/** Something said in a conversation. */
export const Message = builder.prismaObject('Message', {
  description: 'Something said in a conversation.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: 'Begins with msg_.', resolve: ({ id }) => encodeId('Message', id) }),
    seq: t.exposeInt('seq', { description: '1, 2, 3 … within its conversation, without gaps.' }),
    conversation: t.field({
      type: Conversation,
      description: 'Where it was said.',
      resolve: ({ conversationId }, _args, context) => requireConversation(context, conversationId),
    }),
    direction: t.expose('direction', { type: MessageDirection, description: 'Which way it goes.' }),
    author: t.field({
      type: Actor,
      description: 'Who said it.',
      resolve: ({ authorType, authorId }, _args, context) => loadActor(context, actorOf(authorType, authorId)),
    }),
    text: t.exposeString('text', { nullable: true, description: 'What it says, at most 64 KB.' }),
    content: t.expose('content', {
      type: 'JSONObject',
      description: `${contentDescription} {} where it is deleted or has attachments only.`,
    }),
    status: t.expose('status', { type: MessageStatus, description: 'How far it has come.' }),
    errorMessage: t.exposeString('errorMessage', { nullable: true, description: 'Why it FAILED.' }),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: "The channel's own id of it; unique in the channel.",
    }),
    clientMessageId: t.exposeString('clientMessageId', {
      nullable: true,
      description: "The sender's own id of it; unique in the conversation, so that sending it again is safe.",
    }),
    metadata: t.expose('metadata', { type: 'JSONObject', description: 'What callers keep with it, at most 16 KB.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was said.' }),
    editedAt: t.expose('editedAt', { type: 'DateTime', nullable: true, description: 'When it was last edited.' }),
    deletedAt: t.expose('deletedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was deleted: it then has no text and metadata, and its content is {}.',
    }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
});

builder.prismaObjectField(Message, 'replyTo', (t) =>
  t.field({
    type: Message,
    nullable: true,
    description:
      'The message of the same conversation that it answers; without text and content where that is deleted.',
    resolve: ({ replyToId }, _args, context) => (replyToId ? messagesById(context).load(replyToId) : null),
  }),
);
