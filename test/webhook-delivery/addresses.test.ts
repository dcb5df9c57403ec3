import { describe, expect, it } from 'vitest';
import type { Resolve } from '../../src/webhook-delivery/resolve.js';
import { createSender } from '../../src/webhook-delivery/send.js';
import {
  CreateWebhookEndpointDocument,
  SendTestWebhookDocument,
  UpdateWebhookEndpointDocument,
} from '../generated/operations.js';
import { failWith, succeed } from '../support/act.js';
import { useFreshWorkspace } from '../support/fixtures.js';
import { deliveryThat, makeEndpoint } from './support/endpoints.js';
import { useReceivers } from './support/receiver.js';
import { useDelivery } from './support/world.js';

/** What each host name leads to. */
const names: Record<string, string[]> = {
  'private.example': ['10.0.0.7'],
  'loopback.example': ['127.0.0.1'],
  'metadata.example': ['169.254.169.254'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'unique-local.example': ['fd00::1'],
  'mixed.example': ['93.184.216.34', '192.168.0.1'],
  'nowhere.example': [],
};

const addressesOf = (addresses: string[]) =>
  addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
const resolve: Resolve = async (name) => addressesOf(names[name] ?? []);

const parley = useDelivery({ resolve }, { mode: 'production', webhookAllowPrivate: false });
const workspace = useFreshWorkspace(parley);
const startReceiver = useReceivers();

describe('an endpoint in production', () => {
  it.each([
    ['what is no address', 'example.com/webhooks'],
    ['plain http', 'http://example.com/'],
    ['another protocol', 'ftp://example.com/'],
    ['loopback', 'https://127.0.0.1/'],
    ['loopback in IPv6', 'https://[::1]/'],
    ['loopback as IPv4 in IPv6', 'https://[::ffff:127.0.0.1]/'],
    ['loopback in hexadecimal', 'https://0x7f.1/'],
    ['loopback as one number', 'https://2130706433/'],
    ['loopback in octal', 'https://0177.0.0.1/'],
    ['loopback by name', 'https://localhost/'],
    ['a name below localhost', 'https://api.localhost/'],
    ['the metadata of a cloud', 'https://169.254.169.254/latest/meta-data/'],
    ['a private network', 'https://10.1.2.3/'],
    ['a private network in IPv6', 'https://[fd00::1]/'],
    ['every address', 'https://0.0.0.0/'],
    ['a user name', 'https://someone@example.com/'],
    ['a password', 'https://:secret@example.com/'],
    ['a port of another service', 'https://example.com:22/'],
    ['a fragment', 'https://example.com/#top'],
  ])('is refused with %s', async (_what, url) => {
    expect(
      (await failWith(workspace, 'ValidationError', CreateWebhookEndpointDocument, { url, events: ['*'] })).issues,
    ).toMatchObject([{ path: ['url'] }]);
    const { id: endpointId } = await makeEndpoint(workspace, { url: 'https://example.com/' });
    expect(
      (await failWith(workspace, 'ValidationError', UpdateWebhookEndpointDocument, { endpointId, url })).issues,
    ).toMatchObject([{ path: ['url'] }]);
  });

  it.each([
    'https://example.com/',
    'https://example.com:8443/a?b=c',
    'https://93.184.216.34/',
    'https://example.com:80/',
  ])('may be %s', async (url) => {
    const { id } = await makeEndpoint(workspace, { url });
    expect(
      (await succeed(workspace, UpdateWebhookEndpointDocument, { endpointId: id, active: false })).webhookEndpoint,
    ).toMatchObject({ url });
  });

  it.each(Object.keys(names).filter((name) => name !== 'nowhere.example'))(
    'is not connected to if its name resolves to a nonpublic address: %s',
    async (name) => {
      const { id } = await makeEndpoint(workspace, { url: `https://${name}/` });
      await succeed(workspace, SendTestWebhookDocument, { endpointId: id });
      expect(await deliveryThat(workspace, id, 1)).toMatchObject({
        status: 'PENDING',
        statusCode: null,
        errorMessage: `${name} resolves to an address that is not public.`,
      });
    },
  );

  it('reports a name that does not resolve', async () => {
    const { id } = await makeEndpoint(workspace, { url: 'https://nowhere.example/' });
    await succeed(workspace, SendTestWebhookDocument, { endpointId: id });
    expect((await deliveryThat(workspace, id, 1)).errorMessage).toContain('nowhere.example has no address');
  });
});

const aBody = JSON.stringify({ type: 't', timestamp: '', sequence: null, workspaceId: '', data: {} });

describe('a name whose address changes', () => {
  /** Sends to a name that DNS does not have; each look-up gets the next answer. */
  async function sendToName(allowPrivate: boolean, answers: string[][]) {
    const receiver = await startReceiver(undefined, { allowedPort: true });
    const asked: string[] = [];
    const send = createSender({
      policy: { httpsOnly: false, allowPrivate },
      resolve: async (name) => addressesOf(answers[asked.push(name) - 1] ?? []),
    });
    const url = `http://rebind.invalid:${new URL(receiver.url).port}/`;
    return { receiver, asked, send: () => send({ url, headers: {}, body: aBody }) };
  }

  it('is resolved once per attempt, which connects to exactly that address', async () => {
    // Nothing listens at the second address.
    const { receiver, asked, send } = await sendToName(true, [['127.0.0.1'], ['127.0.0.2']]);
    expect(await send()).toMatchObject({ statusCode: 204, failure: null });
    expect([asked, receiver.received.length]).toEqual([['rebind.invalid'], 1]);
  });

  it('is resolved for each attempt, even if the receiver keeps the connection alive', async () => {
    const { receiver, asked, send } = await sendToName(true, [['127.0.0.1'], ['127.0.0.1']]);
    expect([await send(), await send()]).toMatchObject([{ statusCode: 204 }, { statusCode: 204 }]);
    expect([asked.length, receiver.received.length]).toEqual([2, 2]);
    expect(receiver.received.map(({ headers }) => headers.connection)).toEqual(['close', 'close']);
  });

  it('is resolved for each attempt, which does not connect to an address that is no longer public', async () => {
    const { receiver, asked, send } = await sendToName(false, [['127.0.0.1'], ['127.0.0.1', '93.184.216.34']]);
    const refused = { statusCode: null, failure: 'rebind.invalid resolves to an address that is not public.' };
    expect([await send(), await send()]).toMatchObject([refused, refused]);
    expect([asked.length, receiver.received]).toEqual([2, []]);
  });
});

describe('an address that was allowed when the endpoint was created', () => {
  it('is not connected to once it is no longer allowed', async () => {
    const receiver = await startReceiver();
    const strict = createSender({ policy: { httpsOnly: false, allowPrivate: false }, resolve });
    const answer = await strict({ url: receiver.url, headers: {}, body: aBody });
    expect(answer).toMatchObject({ failure: 'The URL is not allowed. Must be a public address.', statusCode: null });
    const lax = createSender({ policy: { httpsOnly: false, allowPrivate: true }, resolve });
    expect(await lax({ url: receiver.url, headers: {}, body: aBody })).toMatchObject({
      statusCode: 204,
    });
    expect(receiver.received).toHaveLength(1);
  });
});
