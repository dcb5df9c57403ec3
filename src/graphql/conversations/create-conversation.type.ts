import { contentDescription } from '../../domain/messages/content.js';
import { ContactDetailsInput } from '../contacts/contact-details.type.js';
import { builder } from '../core/builder.js';
import { MessageDirection } from '../messages/message.type.js';
import { ClientKey } from './client-key.type.js';
import { Priority } from './conversation-enums.type.js';

const IfExists = builder.enumType('IfExists', {
  description: 'What to do where there already is such a conversation.',
  values: {
    ERROR: { description: 'Answer ConversationExistsError.' },
    RETURN: { description: 'Answer the one that there is, with `created: false`; a message is added to it.' },
  } as const,
});

const MessageContentInput = builder.inputType('MessageContentInput', {
  description: 'A message; text, content or uploadKeys is required.',
  fields: (t) => ({
    text: t.string({ description: 'What it says, at most 64 KB.' }),
    content: t.field({ type: 'JSONObject', description: contentDescription }),
    uploadKeys: t.stringList({
      description: 'Keys of stored uploads to attach, at most 10; the first message that uses one keeps it.',
    }),
    metadata: t.field({ type: 'JSONObject', description: 'At most 16 KB.' }),
    direction: t.field({ type: MessageDirection, description: 'As in sendMessage.' }),
    authorId: t.id({ description: 'As in sendMessage.' }),
    externalId: t.string({ description: "The channel's own id of it, at most 255 characters." }),
    clientMessageId: t.string({ description: "The sender's own id of it, at most 255 characters." }),
    replyToId: t.id({ description: 'As in sendMessage; with ifExists: RETURN.' }),
  }),
});

export const CreateConversationInput = builder.inputType('CreateConversationInput', {
  description: 'A new conversation. `client` goes without channelId, contactId, contact and botId.',
  fields: (t) => ({
    channelId: t.id({ description: 'Where it takes place.' }),
    contactId: t.id({ description: 'The customer; not with `contact`.' }),
    contact: t.field({ type: ContactDetailsInput, description: 'The customer by phone or e-mail address.' }),
    client: t.field({ type: ClientKey, description: 'Bot, contact and channel by their externalIds (CSML).' }),
    botId: t.id({ description: 'The bot that takes part.' }),
    assigneeId: t.id({ description: 'The user or bot who should answer.' }),
    ownerId: t.id({ description: 'The user it belongs to, for a talk between a user and an assistant.' }),
    participantIds: t.idList({ description: 'Users, bots and contacts who are in it from the start; at most 50.' }),
    externalId: t.string({ description: "The caller's own id, at most 255 characters." }),
    subject: t.string({ description: 'What it is about, at most 500 characters.' }),
    priority: t.field({ type: Priority, description: 'Left out: NORMAL.' }),
    tags: t.stringList({ description: 'At most 50 of at most 64 characters.' }),
    metadata: t.field({ type: 'JSONObject', description: 'At most 16 KB.' }),
    flowId: t.string({ description: "The bot's flow, at most 255 characters." }),
    stepId: t.string({ description: 'The step in the flow, at most 255 characters.' }),
    expiresAt: t.field({ type: 'DateTime', description: 'When it closes by itself; later than now.' }),
    message: t.field({
      type: MessageContentInput,
      description: 'The first message; with ifExists: RETURN it is added to the one that there is.',
    }),
    ifExists: t.field({
      type: IfExists,
      required: true,
      defaultValue: 'ERROR',
      description: 'What to do where there already is an active one of this channel and contact.',
    }),
    idempotencyKey: t.string({
      description: 'The same key and input answer the same conversation for 24 hours; at most 255 characters.',
    }),
  }),
});
