import { z } from 'zod';
import { ConversationStatus, Priority, Resolution } from '../../generated/prisma/enums.js';
import { clearable, input, nested, optional, type Parsed, required } from '../../lib/input.js';
import { anyId, enumOf, externalId, id, int, tags, text, time } from '../../lib/rules.js';

export const status = enumOf('ConversationStatus', ConversationStatus, 'a status');
export const priority = enumOf('Priority', Priority, 'a priority');
export const resolution = enumOf('Resolution', Resolution, 'a resolution');

/**
 * The fields of a conversation that callers write directly. They are columns of the same names: what creates and updates
 * a conversation, what `conversation.updated` records and what the description of `version` names all come from here.
 */
export const conversationFields = {
  subject: clearable(text(500), 'What the conversation is about.'),
  priority: optional(priority, 'How urgent it is. Default: NORMAL.'),
  tags: optional(tags, 'All of its tags.'),
  flowId: clearable(text(255), "The bot's flow that the conversation is in."),
  stepId: clearable(text(255), 'The step in that flow.'),
  expiresAt: clearable(time, 'When the conversation closes by itself. Must be in the future.'),
};

export type ConversationFields = z.output<z.ZodObject<typeof conversationFields>>;

const table = z.object(conversationFields);

/** Picks the values that are columns of `conversationFields`. */
export function writableFields(values: ConversationFields): ConversationFields {
  return table.parse(values);
}

/** The key by which an outside engine identifies its conversations. */
export const clientKey = input(
  'ClientKey',
  'A bot, a contact and a channel, each by the externalId that an outside engine uses. createConversation creates the missing ones; lookups never do.',
  {
    bot: required(externalId, "The bot's externalId."),
    user: required(externalId, "The contact's externalId."),
    channel: required(externalId, "The channel's externalId."),
  },
);

export type ClientKey = Parsed<typeof clientKey>;

/** How a mutation identifies the conversation that it changes. */
export const conversationIdField = { conversationId: required(id('Conversation'), 'The conversation.') };

/** How a mutation identifies a conversation that an outside engine may have created. */
export const conversationReference = {
  conversationId: required(anyId, 'The conversation: its id, or with `client` its externalId within that client key.'),
  client: optional(nested(clientKey), 'The client key that the conversation was created with.'),
};

export const versionField = {
  expectedVersion: optional(
    int(1),
    'The version that the caller last read. ConflictError if the conversation has a different version.',
  ),
};
