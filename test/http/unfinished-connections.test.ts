import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { type HttpServer, listen } from '../../src/http/server.js';
import { useParley } from '../support/fixtures.js';

const HEADERS_MS = 300;

let server: HttpServer | undefined;
afterEach(() => server?.close(0));

async function startServer(): Promise<string> {
  server = await listen((_request, response) => void response.end('answered'), {
    host: '127.0.0.1',
    port: 0,
    keepAliveSeconds: 65,
    headersMs: HEADERS_MS,
    probes: () => false,
    log: pino({ level: 'silent' }),
  });
  return server.url;
}

const open = (url: string): Socket => connect(Number(new URL(url).port), '127.0.0.1');

/** What the server sends until it cuts the connection. */
async function untilCut(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

describe('a connection', () => {
  it.each([
    ['sends nothing', ''],
    ['never finishes its headers', 'GET / HTTP/1.1\r\nHost: localhost\r\n'],
  ])('that %s is cut', async (_what, text) => {
    const socket = open(await startServer());
    socket.write(text);
    expect(await untilCut(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('that sends its headers a byte at a time gets no longer for it', async () => {
    const socket = open(await startServer());
    socket.write('GET / HTTP/1.1\r\nX-Slow: ');
    const dripping = setInterval(() => socket.write('x'), HEADERS_MS / 10);
    // The server no longer takes what is written while it cuts the connection.
    socket.on('error', () => undefined);
    try {
      // A byte that arrives after the answer resets the connection, with which the answer may be lost.
      expect(await untilCut(socket)).toMatch(/^(HTTP\/1\.1 408 |$)/);
    } finally {
      clearInterval(dripping);
    }
  });

  it('that has sent a request may wait longer than that before it sends the next', async () => {
    const url = await startServer();
    const kept = open(url);
    const request = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';
    kept.write(request);
    await once(kept, 'data');
    // Opened later, so that it is cut after the kept one would have been.
    await untilCut(open(url));
    kept.write(request);
    const [answer] = await once(kept, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /);
    kept.destroy();
  });
});

describe('a socket whose client does not answer the close frame', () => {
  const parley = useParley();

  it('is cut', { timeout: 20_000 }, async () => {
    const socket = open(parley.url);
    const headers = ['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='];
    const protocol = 'Sec-WebSocket-Protocol: graphql-transport-ws';
    const lines = ['Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket', ...headers, protocol];
    socket.write(`GET /graphql HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 101 /);
    const cut = untilCut(socket);
    // A masked text frame that contains "x", which is no message of the protocol.
    socket.write(Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x78]));
    expect(await cut).toContain('Invalid message');
  });
});
