import { z } from 'zod';
import { ContactDetailsInput, contactDetails } from '../contacts/find-or-create-contact.js';
import { builder } from '../graphql/builder.js';
import { contentDescription } from '../messages/content.js';
import { MessageDirection } from '../messages/message.type.js';
import { messageInput } from '../messages/send-message.action.js';
import { actorRef, externalId, id, idempotencyKey, metadata, tags, text } from '../validation.js';
import { ClientKey, clientKey } from './client-key.js';
import { Priority } from './enums.js';

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

const named = ['channelId', 'contactId', 'contact', 'botId'] as const;

/** Reads a CreateConversationInput. */
export const createConversationInput = z
  .object({
    channelId: id('Channel').optional(),
    contactId: id('Contact').optional(),
    contact: contactDetails.optional(),
    client: clientKey.optional(),
    botId: id('Bot').optional(),
    assigneeId: actorRef('USER', 'BOT').optional(),
    ownerId: id('User').optional(),
    participantIds: z
      .array(actorRef('USER', 'BOT', 'CONTACT'))
      .max(50, 'Must have at most 50 ids.')
      .optional(),
    externalId: externalId.optional(),
    subject: text(500).optional(),
    priority: z.enum(['LOW', 'NORMAL', 'HIGH', 'URGENT'], 'Must be a priority; null is not allowed here.').optional(),
    tags: tags.optional(),
    metadata: metadata.optional(),
    flowId: text(255).optional(),
    stepId: text(255).optional(),
    expiresAt: z.date('Must be a time; null is not allowed here.').optional(),
    message: messageInput.optional(),
    ifExists: z.enum(['ERROR', 'RETURN']),
    idempotencyKey: idempotencyKey.optional(),
  })
  .superRefine((input, context) => {
    if (input.contactId && input.contact) {
      context.addIssue({ code: 'custom', path: ['contact'], message: 'Give contactId or contact, not both.' });
    }
    for (const field of named) {
      if (input.client && input[field] !== undefined) {
        context.addIssue({
          code: 'custom',
          path: [field],
          message: 'client names the bot, contact and channel already.',
        });
      }
    }
  });

export type CreateConversation = z.output<typeof createConversationInput>;
