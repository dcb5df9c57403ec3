import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, inject, it } from 'vitest';
import { useServers } from './support/servers.js';

const startServer = useServers();

function handshake(target: string): string {
  const headers = [
    `GET ${target} HTTP/1.1`,
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol: graphql-transport-ws',
  ];
  return `${headers.join('\r\n')}\r\n\r\n`;
}

async function answerTo(port: number, target: string): Promise<string> {
  const stream = connect(port, 'localhost');
  stream.write(handshake(target));
  const [answer] = await once(stream.setEncoding('utf8'), 'data');
  stream.destroy();
  return String(answer).split('\r\n')[0] ?? '';
}

it('handshakes for unknown paths and aborted handshakes do not harm a server', {
  timeout: 60_000,
}, async () => {
  const server = await startServer({ DATABASE_URL: inject('databaseUrl') });
  const port = Number(new URL(server.url).port);
  for (const target of ['//', '/%', '/elsewhere', '/graphql/']) {
    expect(await answerTo(port, target)).toBe('HTTP/1.1 404 Not Found');
  }
  expect(await answerTo(port, 'http://[')).toBe('HTTP/1.1 400 Bad Request');
  expect(await answerTo(port, '/graphql?from=test')).toBe('HTTP/1.1 101 Switching Protocols');
  for (let times = 0; times < 40; times += 1) {
    const stream = connect(port, 'localhost');
    await once(stream, 'connect');
    stream.write(handshake(times % 2 === 0 ? '/elsewhere' : '/graphql'), () => stream.resetAndDestroy());
    await once(stream, 'close');
  }
  expect((await fetch(new URL('/readyz', server.url))).status).toBe(200);
  const { code, stderr } = await server.stop();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
