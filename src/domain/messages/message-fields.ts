import { z } from 'zod';
import { MessageDirection, MessageStatus } from '../../generated/prisma/enums.js';
import { externalId, id, metadata } from '../../lib/validation.js';
import { uploadKeys } from '../uploads/prepare-uploads.js';
import { messageContent } from './content/content-types.js';
import { messageText } from './content/text.js';

export const direction = z.enum(MessageDirection, 'Must be INBOUND or OUTBOUND; null is not allowed here.');
export const status = z.enum(MessageStatus, 'Must be a status; null is not allowed here.');

/** What a message says, as every input which sends or edits one takes it. */
export const sayingFields = { text: messageText.optional(), content: messageContent.optional() };

/** The fields of a message that every input which sends one has. */
export const messageFields = {
  ...sayingFields,
  uploadKeys: uploadKeys.optional(),
  metadata: metadata.optional(),
  direction: direction.optional(),
  externalId: externalId.optional(),
  clientMessageId: externalId.optional(),
  replyToId: id('Message').optional(),
};
