import type { IdType } from '../../lib/ids.js';
import { findApiKey } from '../api-keys/api-key.loader.js';
import { brandApiKey } from '../api-keys/api-key.type.js';
import { findAuditEvent } from '../audit/audit-event.loader.js';
import { AuditEvent } from '../audit/audit-event.type.js';
import { findBot } from '../bots/bot.loader.js';
import { Bot } from '../bots/bot.type.js';
import { findChannel } from '../channels/channel.loader.js';
import { Channel } from '../channels/channel.type.js';
import { findContact } from '../contacts/contact.loader.js';
import { Contact } from '../contacts/contact.type.js';
import { findConversation } from '../conversations/conversation.loader.js';
import { Conversation } from '../conversations/conversation.type.js';
import type { Context } from '../core/context.js';
import { findMessage } from '../messages/message.loader.js';
import { Message } from '../messages/message.type.js';
import { findParticipant } from '../participants/participant.loader.js';
import { Participant } from '../participants/participant.type.js';
import { findProspect } from '../prospects/prospect.loader.js';
import { Prospect } from '../prospects/prospect.type.js';
import { findAttachment } from '../uploads/attachment.loader.js';
import { Attachment } from '../uploads/attachment.type.js';
import { findUser } from '../users/user.loader.js';
import { User } from '../users/user.type.js';
import { findWebhookDelivery } from '../webhooks/webhook-delivery.loader.js';
import { WebhookDelivery } from '../webhooks/webhook-delivery.type.js';
import { findWebhookEndpoint } from '../webhooks/webhook-endpoint.loader.js';
import { WebhookEndpoint } from '../webhooks/webhook-endpoint.type.js';
import { findWorkspace, Workspace } from '../workspaces/workspace.type.js';

type Finder<Row> = (context: Context, id: string) => Promise<Row | null>;

/** Marks a found row with its GraphQL type, so that the interface can resolve it. */
function found<Row>(type: { addBrand: (row: Row) => { id: string } }, find: Finder<Row>): Finder<{ id: string }> {
  return async (context, id) => {
    const row = await find(context, id);
    return row && type.addBrand(row);
  };
}

/** How to find the object of an id, following the rules of its domain; null for types that are not a Node. */
const finders: Record<IdType, Finder<{ id: string }> | null> = {
  Workspace: found(Workspace, findWorkspace),
  Conversation: found(Conversation, findConversation),
  Message: found(Message, findMessage),
  Attachment: found(Attachment, findAttachment),
  Contact: found(Contact, findContact),
  Prospect: found(Prospect, findProspect),
  Participant: found(Participant, findParticipant),
  User: found(User, findUser),
  Bot: found(Bot, findBot),
  Channel: found(Channel, findChannel),
  ApiKey: found({ addBrand: brandApiKey }, findApiKey),
  Event: null,
  WebhookEndpoint: found(WebhookEndpoint, findWebhookEndpoint),
  WebhookDelivery: found(WebhookDelivery, findWebhookDelivery),
  AuditEvent: found(AuditEvent, findAuditEvent),
  System: null,
};

/** The object of an id, marked with its GraphQL type; null if there is none that the viewer may see. */
export async function findNode(context: Context, type: IdType, id: string): Promise<{ id: string } | null> {
  return finders[type]?.(context, id) ?? null;
}
