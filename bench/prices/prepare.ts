import { z } from 'zod';
import { decodeId } from '../../src/lib/ids.js';
import { send } from '../harness/load.js';
import type { Server } from '../harness/process.js';
import type { Scene } from '../harness/scene.js';
import { addDeliveries } from './deliveries.sql.js';

/** Rows that the seeded database does not have. Public ids. */
export type Prepared = {
  /** A conversation of messages with long texts. */
  longTexts: string;
  /** An endpoint with deliveries. */
  endpoint: string;
  /** Users to assign conversations to. */
  users: string[];
  /** Messages for `nodes`. */
  messages: string[];
};

const LONG_TEXTS = 20;
const LONG_TEXT = 'The parcel has not arrived, and nobody answers the phone. '.repeat(500);
const PROSPECTS = 50;

const row = z.object({ id: z.string() });
const list = z.object({ nodes: z.array(row) });

/** Writes them through the API, except deliveries, which no receiver is asked to take. */
export async function prepare(server: Server, url: string, { apiKeys, workspaceId }: Scene): Promise<Prepared> {
  async function run(query: string, variables: object = {}): Promise<Record<string, unknown>> {
    const headers = { authorization: `Bearer ${apiKeys[0]}` };
    const request = { path: '/graphql', headers, body: JSON.stringify({ query, variables }), contains: '"data":{' };
    return z
      .object({ data: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse((await send(server.url, request)).toString())).data;
  }
  const { made } = await run(
    `mutation { made: createConversation(input: {}) { ... on CreateConversationPayload { conversation { id } } } }`,
  );
  const conversationId = z.object({ conversation: row }).parse(made).conversation.id;
  for (let sent = 0; sent < LONG_TEXTS; sent += 1) {
    await run(
      'mutation ($input: SendMessageInput!) { sent: sendMessage(input: $input) { ... on Error { message } } }',
      { input: { conversationId, text: LONG_TEXT } },
    );
  }
  for (let count = 0; count < PROSPECTS; count += 1) {
    await run('mutation ($name: String) { createProspect(input: { name: $name }) { ... on Error { message } } }', {
      name: `Prospect ${count}`,
    });
  }
  const { hook } = await run(
    `mutation { hook: createWebhookEndpoint(input: { url: "https://example.com/hook", events: ["conversation.deleted"] }) {
       ... on CreateWebhookEndpointPayload { webhookEndpoint { id } } } }`,
  );
  const endpoint = z.object({ webhookEndpoint: row }).parse(hook).webhookEndpoint.id;
  await addDeliveries(url, workspaceId, decodeId('WebhookEndpoint', endpoint) ?? '');
  const { users, messages } = await run('{ users(first: 2) { nodes { id } } messages(first: 50) { nodes { id } } }');
  const idsOf = (page: unknown) => list.parse(page).nodes.map(({ id }) => id);
  return { longTexts: conversationId, endpoint, users: idsOf(users), messages: idsOf(messages) };
}
