import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { type HttpServer, listen } from '../../src/http/server.js';
import { put } from '../domain/uploads/support/upload.js';
import { CreateUploadDocument } from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { sendRaw } from '../support/raw-request.js';

const parley = useParley({ config: { graphiql: true, corsOrigins: [] } });
const workspace = useWorkspace(parley);

let own: HttpServer | undefined;
afterEach(() => own?.close(0));

const authorization = () => `Bearer ${workspace.apiKey}`;
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(new URL(path, parley.url), { headers, redirect: 'manual' });
const post = (query: string, headers: Record<string, string> = {}) =>
  fetch(parley.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: authorization(), ...headers },
    body: JSON.stringify({ query }),
  });
const upgrade = (path: string, headers: string[], host = 'localhost') => {
  const lines = [`GET ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: Upgrade', 'Upgrade: websocket', ...headers];
  return sendRaw(parley.url, `${lines.join('\r\n')}\r\n\r\n`);
};

describe('no browser guesses the type', () => {
  it('of what GraphQL answers', async () => {
    const answers = [
      await post('{ __typename }'),
      await post('{ nonsense'),
      await post('{ __typename }', { authorization: '' }),
      await post('{ __typename }', { accept: 'image/png' }),
      await post('subscription { events { id } }', { accept: 'text/event-stream' }),
      await fetch(parley.url, { method: 'OPTIONS' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 401, 406, 200, 204]);
    for (const { headers, body } of answers) {
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      await body?.cancel();
    }
  });

  it('of pages, probes, and what does not exist', async () => {
    const answers = await Promise.all([
      get('/'),
      get('/graphql', { accept: 'text/html' }),
      get('/healthz'),
      get('/readyz'),
      get('/metrics'),
      get('/unknown'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([302, 200, 200, 200, 200, 404]);
    for (const { headers } of answers) expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('of uploads', async () => {
    const created = await succeed(workspace, CreateUploadDocument, { extension: 'txt' });
    const answers = [await put(created, 'Hello'), await put(created, 'Hello'), await get('/uploads/nothing')];
    expect(answers.map(({ status }) => status)).toEqual([201, 409, 404]);
    for (const { headers } of answers) expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('of refused handshakes and unreadable requests', async () => {
    const key = ['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='];
    const answers = [
      await upgrade('/elsewhere', key),
      await upgrade('/graphql', [...key, 'Origin: https://elsewhere.example']),
      await upgrade('/graphql', []),
      await upgrade('/graphql', key, 'a/b'),
      await sendRaw(parley.url, 'GET / HTTP/1.1\r\nHost: a/b\r\nConnection: close\r\n\r\n'),
    ];
    expect(answers.map((answer) => answer.split(' ', 2)[1])).toEqual(['404', '403', '400', '400', '400']);
    for (const answer of answers) {
      expect(answer.toLowerCase()).toContain('\r\nx-content-type-options: nosniff\r\n');
      expect(answer.toLowerCase()).not.toContain('text/html');
    }
  });

  it('of failures, and of refusals while the server stops, which pages may read all the same', async () => {
    own = await listen(() => Promise.reject(new Error('broken')), {
      host: '127.0.0.1',
      port: 0,
      keepAliveSeconds: 65,
      prepare: (_request, response) => {
        response.setHeader('access-control-allow-origin', '*');
        return false;
      },
      probes: () => false,
      log: pino({ level: 'silent' }),
    });
    const failed = await fetch(own.url);
    await own.drain();
    const refused = await fetch(own.url);
    expect([failed.status, refused.status]).toEqual([500, 503]);
    for (const { headers } of [failed, refused]) {
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('access-control-allow-origin')).toBe('*');
    }
  });
});

it('GraphQL responses are stored by nobody, because they can contain secrets', async () => {
  for (const response of [
    await post('{ __typename }'),
    await post('{ __typename }', { authorization: '' }),
    await get('/graphql?query={__typename}', { authorization: authorization(), accept: 'application/json' }),
  ]) {
    expect(response.headers.get('cache-control')).toBe('no-store');
  }
});

it("GraphiQL's page cannot be framed, and browsers keep asking whether it is current", async () => {
  const page = await get('/graphql', { accept: 'text/html' });
  const known = await get('/graphql', { accept: 'text/html', 'if-none-match': page.headers.get('etag') ?? '' });
  expect([page.status, known.status]).toEqual([200, 304]);
  for (const { headers } of [page, known]) {
    expect(headers.get('content-security-policy')).toBe("frame-ancestors 'none'");
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('cache-control')).toBe('private, no-cache');
  }
});
