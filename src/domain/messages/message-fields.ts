import { MessageDirection, MessageStatus } from '../../generated/prisma/enums.js';
import { optional } from '../../lib/input.js';
import { enumOf, externalId, id, metadata } from '../../lib/rules.js';
import { uploadKeys } from '../uploads/prepare-uploads.js';
import { authorRef } from './author-ref.js';
import { messageContent } from './content/content-types.js';
import { messageText } from './content/text.js';
import { contentDescription } from './content.js';

export const direction = enumOf('MessageDirection', MessageDirection, 'INBOUND or OUTBOUND');
export const status = enumOf('MessageStatus', MessageStatus, 'a status');

/** The fields of every input that sends a message. */
export const messageFields = {
  text: optional(messageText, 'The text of the message.'),
  content: optional(messageContent, contentDescription),
  uploadKeys: optional(
    uploadKeys,
    'Keys of stored uploads to attach. An upload belongs to the first message that uses it.',
  ),
  metadata: optional(metadata, 'Any data to store with the message. Contacts can neither set nor see it.'),
  direction: optional(
    direction,
    "Default: INBOUND for contacts, OUTBOUND for everyone else. A channel connector (an API key) relays a customer's message as INBOUND.",
  ),
  authorId: optional(
    authorRef('USER', 'BOT', 'CONTACT'),
    'The user, bot, contact or system to send as; API keys only. Default: the viewer, or the contact if INBOUND.',
  ),
  externalId: optional(
    externalId,
    "The channel's own id of the message. Sending it again returns the stored message. Not available to contacts.",
  ),
  clientMessageId: optional(
    externalId,
    "The sender's own id of the message. Sending it again returns the stored message.",
  ),
  replyToId: optional(
    id('Message'),
    'The message this one replies to, in the same conversation. Dropped if the message is routed to another conversation because this one is closed.',
  ),
};
