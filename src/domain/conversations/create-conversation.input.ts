import { z } from 'zod';
import { actorRef, externalId, id, idempotencyKey, metadata, tags, text } from '../../lib/validation.js';
import { contactDetails } from '../contacts/contact-details.js';
import { messageInput } from '../messages/send-message.action.js';
import { clientKey } from './client-key.js';
import { priority } from './conversation-fields.js';

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
    priority: priority.optional(),
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
