import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { type HttpServer, listen } from '../../src/http/server.js';

let server: HttpServer | undefined;
afterEach(() => server?.close(0));

const lines: string[] = [];
const log = pino({ name: 'test' }, { write: (line) => lines.push(line) });

async function answerOf(handler: Parameters<typeof listen>[0]) {
  server = await listen(handler, {
    host: '127.0.0.1',
    port: 0,
    keepAliveSeconds: 65,
    probes: () => false,
    log,
  });
  const response = await fetch(server.url, { headers: { 'x-request-id': 'known-1' } });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('a failure outside the request pipeline', () => {
  const error = new Error('parley_sk_secret in /srv/parley/dist/http/server.js');
  const handlers: [how: string, handler: Parameters<typeof listen>[0]][] = [
    [
      'thrown synchronously',
      () => {
        throw error;
      },
    ],
    ['thrown asynchronously', () => Promise.reject(error)],
  ];

  it.each(handlers)(
    'is answered with the request id and logged if %s, and the server continues',
    async (_how, handler) => {
      lines.length = 0;
      const { status, headers, text } = await answerOf(handler);
      expect([status, headers.get('x-request-id')]).toEqual([500, 'known-1']);
      expect(text).toBe('Something went wrong. Tell the operator this request id: known-1.\n');
      expect(lines.map((line) => JSON.parse(line))).toMatchObject([
        { level: 50, requestId: 'known-1', err: { message: error.message }, msg: 'A request failed' },
      ]);
      expect((await fetch(server?.url ?? '')).status).toBe(500);
    },
  );

  it('in the middle of a response ends the connection', async () => {
    const broken = answerOf(async (_request, response) => {
      response.writeHead(200).write('half');
      throw error;
    });
    await expect(broken).rejects.toThrow();
  });
});
