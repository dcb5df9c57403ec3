import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import {
  RotateWebhookSecretDocument,
  SendTestWebhookDocument,
  UpdateWebhookEndpointDocument,
} from '../../generated/operations.js';
import { eventually } from '../../live/support/listen.js';
import { succeed } from '../../support/act.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { uuidOf } from '../../support/ids.js';
import { startParley } from '../../support/parley.js';
import { useScratchDatabase } from '../../support/scratch-database.js';
import { makeEndpoint, onlyDelivery } from '../../webhook-delivery/support/endpoints.js';
import { type Receiver, useReceivers } from '../../webhook-delivery/support/receiver.js';
import { arrived } from '../../webhook-delivery/support/world.js';
import { keyId, keysOf } from './support/keys.js';

const scratch = useScratchDatabase();
const delivering = { databaseUrl: scratch.url, webhookPollMs: 100 };
const config = { worker: true, webhookAllowPrivate: true };
/** How often the first server has left deliveries to others. */
let released = 0;
const first = useParley({
  ...delivering,
  config: { ...config, ...keysOf('one') },
  onStatement: (sql) => {
    if (/SET "claimedUntil" = NULL\s+WHERE/.test(sql)) released += 1;
  },
});
const workspace = useFreshWorkspace(first);
const startReceiver = useReceivers();

const rowOf = async (endpointId: string) => {
  const id = uuidOf(endpointId);
  return (await scratch.rows<{ row: string }>(`SELECT e::text AS row FROM "WebhookEndpoint" e WHERE id = '${id}'`))[0]
    ?.row;
};

/** Whether what has arrived is signed with these secrets, each of which the receiver may be using. */
function expectSigned({ received }: Receiver, ...secrets: string[]): void {
  for (const { text, headers, body } of received) {
    for (const secret of secrets) expect(new Webhook(secret).verify(text, headers)).toEqual(body);
  }
}

describe('with a key', () => {
  it("an endpoint's secrets and header values are in the database only encrypted, and sign and are sent", async () => {
    const receiver = await startReceiver();
    const headers = { Authorization: 'Bearer hush', 'X-Old': 'gone' };
    const endpoint = await makeEndpoint(workspace, { url: receiver.url, headers });
    const endpointId = endpoint.id;
    const { secret } = await succeed(workspace, RotateWebhookSecretDocument, { endpointId });
    const changed = { endpointId, headers: { Authorization: 'Bearer hush2' } };
    const { webhookEndpoint } = await succeed(workspace, UpdateWebhookEndpointDocument, changed);
    expect(webhookEndpoint.headerNames).toEqual(['Authorization']);

    const row = await rowOf(endpointId);
    expect(row?.match(new RegExp(`enc:v1:${keyId('one')}:[\\w-]{40,}`, 'g'))).toHaveLength(3);
    expect(row).not.toMatch(/whsec_|hush/);

    await succeed(workspace, SendTestWebhookDocument, { endpointId });
    await arrived(receiver, 1);
    expect(receiver.received[0]?.headers.authorization).toBe('Bearer hush2');
    expectSigned(receiver, endpoint.secret, secret);
  });

  it('the secrets of the server are encrypted too', async () => {
    const kept = await scratch.rows<{ text: string }>(`SELECT encode(value, 'escape') AS text FROM "ServerSecret"`);
    expect(kept.length).toBeGreaterThanOrEqual(3);
    for (const { text } of kept) expect(text).toMatch(new RegExp(`^enc:v1:${keyId('one')}:`));
  });

  it('a header may have a value that looks encrypted', async () => {
    const receiver = await startReceiver();
    const value = 'enc:v1:00000000:AAAA';
    const { id: endpointId } = await makeEndpoint(workspace, { url: receiver.url, headers: { 'X-Odd': value } });
    await succeed(workspace, SendTestWebhookDocument, { endpointId });
    await arrived(receiver, 1);
    expect(receiver.received[0]?.headers['x-odd']).toBe(value);
  });

  it('a secret that was moved to another row is not used, and nothing is lost meanwhile', async () => {
    const receiver = await startReceiver();
    const [one, other] = [
      await makeEndpoint(workspace, { url: receiver.url }),
      await makeEndpoint(workspace, { url: receiver.url }),
    ];
    const [own] = await scratch.rows<{ secret: string }>(
      `SELECT secret FROM "WebhookEndpoint" WHERE id = '${uuidOf(one.id)}'`,
    );
    const set = (value: string) =>
      scratch.rows(`UPDATE "WebhookEndpoint" SET secret = ${value} WHERE id = '${uuidOf(one.id)}'`);
    await set(`(SELECT secret FROM "WebhookEndpoint" WHERE id = '${uuidOf(other.id)}')`);
    const before = released;
    await succeed(workspace, SendTestWebhookDocument, { endpointId: one.id });
    await eventually(() => released > before, 'the server leaves the delivery');
    expect(receiver.received).toEqual([]);
    expect(await onlyDelivery(workspace, one.id)).toMatchObject({ status: 'PENDING', attempts: 0 });

    await set(`'${own?.secret}'`);
    await arrived(receiver, 1);
    expectSigned(receiver, one.secret);
  });
});

describe('while keys are changed', () => {
  const both = useParley({ ...delivering, config: { webhookAllowPrivate: true, ...keysOf('two', 'one') } });

  it('a delivery waits for a process that has its key, and none is lost', async () => {
    const receiver = await startReceiver();
    const endpoint = await makeEndpoint(both.connect(workspace), { url: receiver.url });
    expect(await rowOf(endpoint.id)).toContain(`enc:v1:${keyId('two')}:`);
    const before = released;
    await succeed(workspace, SendTestWebhookDocument, { endpointId: endpoint.id });
    await eventually(() => released > before + 1, 'the server leaves the delivery, again and again');
    expect(receiver.received).toEqual([]);

    const second = await startParley({ ...delivering, config: { ...config, ...keysOf('one', 'two') } });
    try {
      await arrived(receiver, 1);
    } finally {
      await second.stop();
    }
    expectSigned(receiver, endpoint.secret);
    expect(await onlyDelivery(workspace, endpoint.id)).toMatchObject({ attempts: 1 });
  });

  it('servers of which one has another key first sign what either has stored', async () => {
    const receiver = await startReceiver();
    const endpoint = await makeEndpoint(workspace, { url: receiver.url });
    const rotated = await succeed(both.connect(workspace), RotateWebhookSecretDocument, { endpointId: endpoint.id });
    const second = await startParley({ ...delivering, config: { ...config, ...keysOf('one', 'two') } });
    try {
      await succeed(workspace, SendTestWebhookDocument, { endpointId: endpoint.id });
      await arrived(receiver, 1);
    } finally {
      await second.stop();
    }
    expectSigned(receiver, endpoint.secret, rotated.secret);
  });
});

describe('a server that lacks a key', () => {
  it('does not start, and says which key it lacks', async () => {
    const start = (secretKeys: ReturnType<typeof keysOf>['secretKeys']) =>
      startParley({ databaseUrl: scratch.url, config: { secretKeys } });
    await expect(start([])).rejects.toThrow(/^SECRETS_KEY is not set, but .* encrypted with the keys? .*[0-9a-f]{8}/);
    const missing = new RegExp(`^SECRETS_KEY has only ${keyId('two')}, but .* encrypted with the key ${keyId('one')}:`);
    await expect(start(keysOf('two').secretKeys)).rejects.toThrow(missing);
  });
});
