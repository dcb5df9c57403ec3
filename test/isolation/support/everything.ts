import { print } from 'graphql';
import { parseId } from '../../../src/lib/ids.js';
import { attachmentsOf, upload } from '../../domain/uploads/support/upload.js';
import {
  ConversationHistoryDocument,
  CreateWebhookEndpointDocument,
  LinkProspectDocument,
  SendTestWebhookDocument,
  TransferConversationDocument,
  ViewerDocument,
} from '../../generated/operations.js';
import { idTypeOf } from '../../input/support/well-formed.js';
import { succeed } from '../../support/act.js';
import { say } from '../../support/conversations.js';
import { makeBot, makeChannel, makeContact, makeConversation, makeProspect, makeUser } from '../../support/make.js';
import type { TestWorkspace } from '../../support/parley.js';

/** Rows of every kind in a workspace. */
export type Everything = {
  /** All ids. */
  ids: string[];
  /** One id of each type. */
  byType: Map<string, string>;
  /** The id of a row that fits a field of this name. */
  idFor: (fieldName: string) => string;
};

/** Fills a workspace; every text in it begins with the mark. The conversation belongs to a user, unless it is not owned. */
export async function makeEverything(
  workspace: TestWorkspace,
  mark = 'ours',
  { owned = true }: { owned?: boolean } = {},
): Promise<Everything> {
  const user = await makeUser(workspace, `${mark} user`);
  const bot = await makeBot(workspace, `${mark} bot`);
  const channel = await makeChannel(workspace, { name: `${mark} channel`, externalId: `${mark} channel` });
  const contact = await makeContact(workspace, `${mark} contact`);
  const conversation = await makeConversation(workspace, {
    channelId: channel.id,
    contactId: contact.id,
    botId: bot.id,
    ...(owned ? { ownerId: user.id } : {}),
    externalId: `${mark} external`,
    subject: `${mark} subject`,
    tags: [`${mark} tag`],
    metadata: { key: `${mark} metadata` },
  });
  const conversationId = conversation.id;
  await succeed(workspace, TransferConversationDocument, {
    conversationId,
    toAssigneeId: bot.id,
    reason: `${mark} reason`,
    summary: `${mark} summary`,
  });
  const uploadKeys = [await upload(workspace, `${mark} file`)];
  const message = await say(workspace, conversationId, { text: `${mark} text`, uploadKeys });
  const attachments = await attachmentsOf(workspace, message.id);
  const prospect = await makeProspect(workspace, { name: `${mark} prospect` });
  await succeed(workspace, LinkProspectDocument, { conversationId, prospectId: prospect.id });
  const { webhookEndpoint } = await succeed(workspace, CreateWebhookEndpointDocument, {
    url: 'https://example.com/webhooks',
    events: ['*'],
    description: `${mark} endpoint`,
  });
  await succeed(workspace, SendTestWebhookDocument, { endpointId: webhookEndpoint.id });
  const ids = await idsIn(workspace, conversationId);
  const all = [...new Set([user.id, bot.id, channel.id, contact.id, conversationId, message.id, prospect.id, ...ids])];
  const byType = new Map(all.map((id) => [parseId(id)?.type ?? '', id]));
  // One that exists, whatever else was found.
  for (const { id } of [user, bot, channel, contact, conversation, message, prospect, ...attachments])
    byType.set(parseId(id)?.type ?? '', id);
  const idFor = (name: string) => byType.get(idTypeOf(name)) ?? conversationId;
  return { ids: all, byType, idFor };
}

/** Every id that a conversation, its history and the viewer show. */
async function idsIn({ post }: TestWorkspace, id: string): Promise<string[]> {
  const answers = await Promise.all([
    post(print(ConversationHistoryDocument), { id }),
    post(print(ViewerDocument)),
    post('{ apiKeys(first: 100) { nodes { id } } }'),
    post('{ webhookEndpoints { nodes { id deliveries { nodes { id } } } } }'),
  ]);
  const texts = JSON.stringify(answers.map(({ body }) => body)).match(/\b[a-z]+_[0-7][0-9a-z]{25}\b/g) ?? [];
  return texts.filter((text) => !['System', undefined].includes(parseId(text)?.type));
}
