import { apiKeysById, brandApiKey } from '../auth/api-key.type.js';
import { Bot, botsById } from '../bots/bot.type.js';
import { Channel, channelsById } from '../channels/channel.type.js';
import { Contact, contactsById } from '../contacts/contact.type.js';
import { conversationsById } from '../conversations/conversation.loader.js';
import { Conversation } from '../conversations/conversation.type.js';
import { mayLookUp } from '../conversations/met.loader.js';
import { badUserInput } from '../errors.js';
import { type IdType, parseId } from '../ids.js';
import { messagesById } from '../messages/message.loader.js';
import { Message } from '../messages/message.type.js';
import { participantsById } from '../participants/participant.loader.js';
import { Participant } from '../participants/participant.type.js';
import { Prospect, prospectsById } from '../prospects/prospect.type.js';
import { attachmentsById } from '../uploads/attachment.loader.js';
import { Attachment } from '../uploads/attachment.type.js';
import { User, usersById } from '../users/user.type.js';
import { WebhookDelivery, webhookDeliveriesById } from '../webhooks/webhook-delivery.type.js';
import { WebhookEndpoint, webhookEndpointsById } from '../webhooks/webhook-endpoint.type.js';
import { Workspace } from '../workspaces/workspace.type.js';
import { builder } from './builder.js';
import type { Context } from './context.js';
import { Node } from './node.js';

const MAX_NODES = 100;

type NodeId = { type: IdType; uuid: string };

function readNodeId(id: string, path: string[]): NodeId {
  const parsed = parseId(id);
  if (parsed) return parsed;
  throw badUserInput(`Not an id: ${JSON.stringify(id.slice(0, 64))}.`, path);
}

async function loadNode(context: Context, { type, uuid }: NodeId) {
  switch (type) {
    case 'Conversation': {
      const row = await conversationsById(context).load(uuid);
      return row && Conversation.addBrand(row);
    }
    case 'Message': {
      const row = await messagesById(context).load(uuid);
      return row && Message.addBrand(row);
    }
    case 'Attachment': {
      const row = await attachmentsById(context).load(uuid);
      return row && Attachment.addBrand(row);
    }
    case 'Participant': {
      const row = await participantsById(context).load(uuid);
      return row && Participant.addBrand(row);
    }
    case 'Contact': {
      const row = await contactsById(context).load(uuid);
      return row && !row.deletedAt && (await mayLookUp(context, row)) ? Contact.addBrand(row) : null;
    }
    case 'Prospect': {
      const row = await prospectsById(context).load(uuid);
      return row && (await mayLookUp(context, row)) ? Prospect.addBrand(row) : null;
    }
    case 'User': {
      const row = await usersById(context).load(uuid);
      return row && (await mayLookUp(context, row)) ? User.addBrand(row) : null;
    }
    case 'Bot': {
      const row = await botsById(context).load(uuid);
      return row && (await mayLookUp(context, row)) ? Bot.addBrand(row) : null;
    }
    case 'Channel': {
      const row = await channelsById(context).load(uuid);
      return row && !row.deletedAt && (await mayLookUp(context, row)) ? Channel.addBrand(row) : null;
    }
    case 'ApiKey': {
      const row = await apiKeysById(context).load(uuid);
      return row && (await mayLookUp(context, row)) ? brandApiKey(row) : null;
    }
    case 'WebhookEndpoint': {
      const row = context.viewer.permissions.has('administer') ? await webhookEndpointsById(context).load(uuid) : null;
      return row && WebhookEndpoint.addBrand(row);
    }
    case 'WebhookDelivery': {
      const row = context.viewer.permissions.has('administer') ? await webhookDeliveriesById(context).load(uuid) : null;
      return row && WebhookDelivery.addBrand(row);
    }
    case 'Workspace': {
      const { database, viewer } = context;
      if (uuid !== viewer.workspaceId) return null;
      return Workspace.addBrand(await database.prisma.workspace.findUniqueOrThrow({ where: { id: uuid } }));
    }
    default:
      return null;
  }
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
