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
import { builder } from './core/builder.js';
import type { Context } from './core/context.js';
import { Node } from './core/node.js';
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

/** Marks what was found with its GraphQL type, by which the interface tells what it is. */
function found<Row>(type: { addBrand: (row: Row) => { id: string } }, find: Finder<Row>): Finder<{ id: string }> {
  return async (context, id) => {
    const row = await find(context, id);
    return row && type.addBrand(row);
  };
}

/** How what an id names is found, by the rule of its domain; null where it is no Node. */
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
    description: 'Anything by its public id; null where there is nothing that the viewer may see.',
    args: { id: t.arg.id({ required: true, description: 'A public id.' }) },
    resolve: (_root, { id }, context) => loadNode(context, readNodeId(id, ['id'])),
  }),
  nodes: t.field({
    type: [Node],
    nullable: { list: false, items: true },
    complexity: ({ ids }) => ({ field: 1, multiplier: Math.max(1, ids.length) }),
    description: 'Many by their public ids, in their order; null for each that the viewer may not see.',
    args: { ids: t.arg.idList({ required: true, description: `At most ${MAX_NODES} public ids.` }) },
    resolve: (_root, { ids }, context) => {
      if (ids.length > MAX_NODES) throw badUserInput(`Ask for at most ${MAX_NODES} nodes at once.`, ['ids']);
      const wanted = ids.map((id, index) => readNodeId(id, ['ids', String(index)]));
      return Promise.all(wanted.map((id) => loadNode(context, id)));
    },
  }),
}));
