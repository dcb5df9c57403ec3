import { badUserInput } from '../lib/errors.js';
import { type IdType, parseId } from '../lib/ids.js';
import { findApiKey } from './api-keys/api-key.loader.js';
import { brandApiKey } from './api-keys/api-key.type.js';
import { findBot } from './bots/bot.loader.js';
import { Bot } from './bots/bot.type.js';
import { findChannel } from './channels/channel.loader.js';
import { Channel } from './channels/channel.type.js';
import { findContact } from './contacts/contact.loader.js';
import { Contact } from './contacts/contact.type.js';
import { findConversation } from './conversations/conversation.loader.js';
import { Conversation } from './conversations/conversation.type.js';
import { builder, Node } from './core/builder.js';
import { rowWeight } from './core/complexity.js';
import type { Context } from './core/context.js';
import { findMessage } from './messages/message.loader.js';
import { Message } from './messages/message.type.js';
import { findParticipant } from './participants/participant.loader.js';
import { Participant } from './participants/participant.type.js';
import { findProspect } from './prospects/prospect.loader.js';
import { Prospect } from './prospects/prospect.type.js';
import { findAttachment } from './uploads/attachment.loader.js';
import { Attachment } from './uploads/attachment.type.js';
import { findUser } from './users/user.loader.js';
import { User } from './users/user.type.js';
import { findWebhookDelivery } from './webhooks/webhook-delivery.loader.js';
import { WebhookDelivery } from './webhooks/webhook-delivery.type.js';
import { findWebhookEndpoint } from './webhooks/webhook-endpoint.loader.js';
import { WebhookEndpoint } from './webhooks/webhook-endpoint.type.js';
import { findWorkspace, Workspace } from './workspaces/workspace.type.js';

const MAX_NODES = 100;

type NodeId = { type: IdType; uuid: string };

function readNodeId(id: string, path: string[]): NodeId {
  const parsed = parseId(id);
  if (parsed) return parsed;
  throw badUserInput(`Not an id: ${JSON.stringify(id.slice(0, 64))}.`, path);
}

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
  System: null,
};

async function loadNode(context: Context, { type, uuid }: NodeId) {
  return finders[type]?.(context, uuid) ?? null;
}

builder.queryFields((t) => ({
  node: t.field({
    type: Node,
    nullable: true,
    description: 'An object by its public id; null if it does not exist or the viewer may not see it.',
    args: { id: t.arg.id({ required: true, description: 'A public id.' }) },
    resolve: (_root, { id }, context) => loadNode(context, readNodeId(id, ['id'])),
  }),
  nodes: t.field({
    type: [Node],
    nullable: { list: false, items: true },
    complexity: ({ ids }) => ({ field: rowWeight.message * ids.length, multiplier: Math.max(1, ids.length) }),
    description:
      'Objects by their public ids, in the same order; null for each that does not exist or that the viewer may not see.',
    args: { ids: t.arg.idList({ required: true, description: `At most ${MAX_NODES} public ids.` }) },
    resolve: (_root, { ids }, context) => {
      if (ids.length > MAX_NODES) throw badUserInput(`Request at most ${MAX_NODES} nodes at a time.`, ['ids']);
      const wanted = ids.map((id, index) => readNodeId(id, ['ids', String(index)]));
      return Promise.all(wanted.map((id) => loadNode(context, id)));
    },
  }),
}));
