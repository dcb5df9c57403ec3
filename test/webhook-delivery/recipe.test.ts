import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { afterAll, expect, it, vi } from 'vitest';
import { receiveWebhooks, type WebhookBody } from '../../docs/recipes/webhook-receiver.js';
import { SendTestWebhookDocument, UpdateWebhookEndpointDocument } from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { useFreshWorkspace } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { deliveryThat, makeEndpoint, PATIENCE } from './support/endpoints.js';
import { portOf } from './support/receiver.js';
import { settled, useDelivery } from './support/world.js';

const parley = useDelivery();
const workspace = useFreshWorkspace(parley);
const server = createServer();
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

it('docs/webhooks.md shows the code of the receiver exactly', () => {
  const [, code] =
    /^```ts recipe=docs\/recipes\/webhook-receiver\.ts\n(.*?)^```$/ms.exec(readFileSync('docs/webhooks.md', 'utf8')) ??
    [];
  expect(code).toBe(readFileSync('docs/recipes/webhook-receiver.ts', 'utf8'));
});

it('the receiver of docs/webhooks.md accepts what is signed with its secret and refuses everything else', async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${portOf(server.address())}/`;
  const endpoint = await makeEndpoint(workspace, { url: 'https://example.com/', events: ['conversation.created'] });
  const kept = new Map<string, WebhookBody>();
  server.on(
    'request',
    receiveWebhooks(endpoint.secret, async (id, body) => {
      const fresh = !kept.has(id);
      kept.set(id, body);
      return fresh;
    }),
  );
  await succeed(workspace, UpdateWebhookEndpointDocument, { endpointId: endpoint.id, url });
  const conversation = await makeConversation(workspace);
  await vi.waitFor(() => expect(kept.size).toBe(1), PATIENCE);
  const [[id, body] = []] = kept;
  expect(body).toMatchObject({ type: 'conversation.created', data: { id, conversationId: conversation.id } });
  await settled(parley, workspace, endpoint.id);

  const forged = await makeEndpoint(workspace, { url, events: ['conversation.updated'] });
  await succeed(workspace, SendTestWebhookDocument, { endpointId: forged.id });
  expect(await deliveryThat(workspace, forged.id, 1)).toMatchObject({ status: 'PENDING', statusCode: 400 });
  expect(kept.size).toBe(1);
});
