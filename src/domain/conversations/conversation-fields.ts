import { z } from 'zod';
import { ConversationStatus, Priority, Resolution } from '../../generated/prisma/enums.js';
import { clearable, nested, optional, required } from '../../lib/input.js';
import { anyId, enumOf, id, int, tags, text, time } from '../../lib/rules.js';
import { clientKey } from './client-key.js';

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
  flowId: clearable(text(255), "The flow of the bot's that the conversation is in."),
  stepId: clearable(text(255), 'The step in that flow.'),
  expiresAt: clearable(time, 'When the conversation closes by itself. Must be in the future.'),
};

export type ConversationFields = z.output<z.ZodObject<typeof conversationFields>>;

const table = z.object(conversationFields);

/** Those of these values that are fields of the table: columns to write. */
export function writableFields(values: ConversationFields): ConversationFields {
  return table.parse(values);
}

/** How a mutation names the conversation that it changes. */
export const conversationIdField = { conversationId: required(id('Conversation'), 'The conversation.') };

/** How a mutation names a conversation that an outside engine may have created. */
export const conversationReference = {
  conversationId: required(
    anyId,
    'The conversation: its id, or with `client` the externalId that it has within that client key.',
  ),
  client: optional(nested(clientKey), 'The client key that the conversation was created with.'),
};

export const versionField = {
  expectedVersion: optional(
    int(1),
    "The version that the caller has seen. ConflictError if the conversation's version is another.",
  ),
};
