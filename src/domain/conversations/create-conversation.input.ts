import { clientId } from '../../lib/client-id.js';
import { input, nested, optional, type Parsed, withDefault } from '../../lib/input.js';
import { actorRef, enumOf, externalId, id, list, metadata } from '../../lib/rules.js';
import { contactDetails } from '../contacts/contact-fields.js';
import { messageInput } from '../messages/send-message.action.js';
import { clientKey, conversationFields } from './conversation-fields.js';

const ifExists = enumOf('IfExists', { ERROR: 'ERROR', RETURN: 'RETURN' }, 'ERROR or RETURN');

const namedByClient = ['channelId', 'contactId', 'contact', 'botId'] as const;

export const createConversationInput = input(
  'CreateConversationInput',
  'A new conversation. `client` cannot be combined with channelId, contactId, contact or botId.',
  {
    id: optional(clientId('Conversation'), 'The id to create it with, made by the client. Default: a new one.'),
    channelId: optional(id('Channel'), 'The channel it takes place on.'),
    contactId: optional(id('Contact'), 'The customer. Cannot be combined with `contact`.'),
    contact: optional(nested(contactDetails), 'The customer, by phone number or email address.'),
    client: optional(nested(clientKey), 'The bot, contact and channel, by their externalIds.'),
    botId: optional(id('Bot'), 'The bot that takes part.'),
    assigneeId: optional(actorRef('USER', 'BOT'), 'The user or bot who should answer.'),
    ownerId: optional(id('User'), 'The user who owns it, for a private conversation between a user and an assistant.'),
    participantIds: optional(
      list(actorRef('USER', 'BOT', 'CONTACT'), 50, 'ids'),
      'Users, bots and contacts who take part from the start.',
    ),
    externalId: optional(externalId, "The caller's own id of the conversation."),
    ...conversationFields,
    metadata: optional(metadata, 'Any data to store with the conversation.'),
    message: optional(
      nested(messageInput),
      'The first message. If an existing conversation is returned, the message is added to it.',
    ),
    ifExists: withDefault(
      ifExists,
      'ERROR',
      'What to do if the contact already has an active conversation on this channel.',
    ),
  },
  {
    check: (input, refuse) => {
      if (input.contactId && input.contact) refuse('contact', 'Give contactId or contact, not both.');
      for (const field of namedByClient) {
        if (input.client && input[field] !== undefined) {
          refuse(field, 'client already names the bot, contact and channel.');
        }
      }
    },
  },
);

export type CreateConversation = Parsed<typeof createConversationInput>;
