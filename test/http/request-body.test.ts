import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { readBody } from '../../src/http/request-body.js';

const BODY = '{"query":"{ viewer { role } }"}';

/** What reading gives that begins only when the client has gone. */
async function readLate(sent: string): Promise<unknown> {
  let client: ReturnType<typeof connect> | undefined;
  const server = createServer();
  const read = new Promise((resolve) => {
    server.once('request', (request, response) => {
      response.on('error', () => undefined);
      request.once('close', () => resolve(readBody(request).catch((error: unknown) => error)));
      client?.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  client = connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1');
  client.write(`POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${BODY.length}\r\n\r\n${sent}`);
  const result = await read;
  server.close();
  return result;
}

describe('the body of a request whose client has gone before it is read', () => {
  it.each([
    ['in part', BODY.slice(0, 10)],
    ['as a whole', BODY],
  ])('is refused if it has arrived %s', async (_how, sent) => {
    expect(await readLate(sent)).toMatchObject({ message: 'The body is incomplete.' });
  });
});
