import { decodeId, type IdType } from '../../../../src/lib/ids.js';
import {
  CreateWebhookEndpointDocument,
  LinkProspectDocument,
  SendTestWebhookDocument,
} from '../../../generated/operations.js';
import { connect } from '../../../seed/seeded.js';
import { succeed } from '../../../support/act.js';
import { makeProspect } from '../../../support/make.js';
import type { TestWorkspace } from '../../../support/parley.js';
import type { IdPool } from './random-documents.js';

const lists: [IdType, string][] = [
  ['Conversation', 'conversations'],
  ['Message', 'messages'],
  ['Contact', 'contacts'],
  ['Prospect', 'prospects'],
  ['User', 'users'],
];

/** Fills a workspace with 60 conversations of 12 messages, and with prospects and deliveries. Returns ids of its rows. */
export async function fillWorkspace(workspace: TestWorkspace): Promise<IdPool> {
  const database = await connect();
  await database.seed(decodeId('Workspace', workspace.id) ?? '', { conversations: 60, messages: 12 });
  await database.close();
  for (const conversationId of await idsOf(workspace, 'conversations', 20)) {
    const prospect = await makeProspect(workspace, { name: 'Anna' });
    await succeed(workspace, LinkProspectDocument, { conversationId, prospectId: prospect.id });
  }
  const endpoint = { url: 'https://example.com/hook', events: ['*'] };
  const { webhookEndpoint } = await succeed(workspace, CreateWebhookEndpointDocument, endpoint);
  for (let count = 0; count < 10; count += 1) {
    await succeed(workspace, SendTestWebhookDocument, { endpointId: webhookEndpoint.id });
  }
  const pool: IdPool = new Map();
  for (const [type, list] of lists) pool.set(type, await idsOf(workspace, list, 50));
  return pool;
}

async function idsOf({ post }: TestWorkspace, list: string, first: number): Promise<string[]> {
  const { body } = await post(`{ ${list}(first: ${first}) { nodes { id } } }`);
  return idsIn(body.data);
}

/** Every value of a field `id`. */
export function idsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'id' && typeof inner === 'string' ? [inner] : idsIn(inner),
  );
}
