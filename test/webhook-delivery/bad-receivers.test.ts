import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { SendTestWebhookDocument } from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { useWorkspace } from '../support/fixtures.js';
import { deliveryThat, makeEndpoint } from './support/endpoints.js';
import { portOf, type Respond, useReceivers } from './support/receiver.js';
import { useDelivery } from './support/world.js';

const parley = useDelivery();
const workspace = useWorkspace(parley);
const startReceiver = useReceivers();

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
});

/** A receiver that does with a connection as it likes. */
async function startTcp(onSocket: (socket: Socket) => void): Promise<string> {
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${portOf(server.address())}/`;
}

/** What becomes of the first try at a receiver. */
async function tryAt(url: string) {
  const { id } = await makeEndpoint(workspace, { url });
  await succeed(workspace, SendTestWebhookDocument, { endpointId: id });
  return deliveryThat(workspace, id, 1, SLOW);
}

const tryWith = async (respond: Respond) => tryAt((await startReceiver(respond)).url);

/** The time limit of a try, and what a busy machine takes besides. */
const SLOW = { timeout: 40_000, interval: 100 };
const TEST = { timeout: 60_000 };
const tooLate = { status: 'PENDING', attempts: 1, errorMessage: 'No complete response within 15 s.' };

describe.concurrent('a receiver', () => {
  it('that never answers fails after 15 s', TEST, async () => {
    const delivery = await tryWith(() => undefined);
    expect(delivery).toMatchObject({ ...tooLate, statusCode: null });
    expect(delivery.durationMs).toBeGreaterThanOrEqual(14_900);
  });

  it('that accepts the connection and does nothing else fails after 15 s', TEST, async () => {
    expect(await tryAt(await startTcp((socket) => socket.pause()))).toMatchObject({ ...tooLate, statusCode: null });
  });

  it('that sends one byte per second fails after 15 s', TEST, async () => {
    const dripping = new Set<NodeJS.Timeout>();
    const delivery = await tryWith((response) => {
      response.writeHead(200);
      dripping.add(setInterval(() => response.write('.'), 1000));
    });
    for (const drip of dripping) clearInterval(drip);
    expect(delivery).toMatchObject({ ...tooLate, statusCode: 200, responseBody: expect.stringMatching(/^\.+$/) });
  });

  it('that answers endlessly fails, and is read only up to 16 KB and what the network buffers', TEST, async () => {
    let written = 0;
    const delivery = await tryWith((response) => {
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const pour = () => {
        while (!response.destroyed && response.write(chunk)) written += chunk.length;
      };
      response.on('drain', pour).writeHead(200);
      pour();
    });
    expect(delivery).toMatchObject({ status: 'PENDING', errorMessage: 'The response is longer than 16 KB.' });
    expect(delivery.responseBody).toBe('x'.repeat(1024));
    expect(written).toBeLessThan(50_000_000);
  });

  it('that redirects fails, and the redirect is not followed', TEST, async () => {
    const other = await startReceiver();
    for (const status of [301, 302, 303, 307, 308]) {
      const delivery = await tryWith((response) => response.writeHead(status, { location: other.url }).end());
      const errorMessage = `The receiver redirects (${status}). Redirects are not followed.`;
      expect(delivery).toMatchObject({ status: 'PENDING', statusCode: status, errorMessage });
    }
    expect(other.received).toEqual([]);
  });

  it('that resets the connection fails', TEST, async () => {
    const url = await startTcp((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await tryAt(url)).toMatchObject({ statusCode: null, errorMessage: 'The connection was reset.' });
  });

  it('that breaks off in the middle of its response fails', TEST, async () => {
    const url = await startTcp((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc')),
    );
    const errorMessage = 'The connection closed before the response was complete.';
    expect(await tryAt(url)).toMatchObject({ status: 'PENDING', statusCode: 200, errorMessage });
  });

  it('that upgrades to another protocol fails immediately', TEST, async () => {
    const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    const delivery = await tryAt(await startTcp((socket) => socket.once('data', () => socket.write(switching))));
    const errorMessage = 'The connection closed before the response was complete.';
    expect(delivery).toMatchObject({ status: 'PENDING', statusCode: null, errorMessage });
  });

  it('that does not speak HTTP fails', TEST, async () => {
    const url = await startTcp((socket) => socket.once('data', () => socket.end('220 mail.example ESMTP\r\n')));
    expect((await tryAt(url)).errorMessage).toMatch(/^The connection failed: Parse Error/);
  });

  it('that does not exist fails', TEST, async () => {
    const { url, close } = await startReceiver();
    await close();
    expect(await tryAt(url)).toMatchObject({ statusCode: null, errorMessage: 'The connection was refused.' });
  });

  it('that answers with bytes that are not text has them recorded as far as possible', TEST, async () => {
    const delivery = await tryWith((response) => response.writeHead(200).end(Buffer.from([0x61, 0, 0xff, 0x62])));
    expect(delivery).toMatchObject({ status: 'SUCCEEDED', responseBody: 'a\ufffd\ufffdb' });
  });

  it.each([100, 200, 201, 202, 204, 299])(
    'succeeds only with a status from 200 to 299, such as %i',
    TEST,
    async (status) => {
      const delivery = await tryWith((response) => {
        if (status === 100) response.writeContinue();
        response.writeHead(status === 100 ? 200 : status).end();
      });
      expect(delivery).toMatchObject({ status: 'SUCCEEDED', errorMessage: null, nextAttemptAt: null });
    },
  );

  it.each([400, 401, 404, 429, 500, 503])('fails with any other status, such as %i', TEST, async (status) => {
    const delivery = await tryWith((response) => response.writeHead(status).end());
    expect(delivery).toMatchObject({ status: 'PENDING', errorMessage: `The receiver answered ${status}.` });
  });
});
