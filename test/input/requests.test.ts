import { describe, expect, it } from 'vitest';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { sendRaw } from '../support/raw-request.js';
import { digestRows } from '../support/workspace-rows.js';

const parley = useParley();
const workspace = useWorkspace(parley);

const mutation = 'mutation { createBot(input: { name: "x" }) { __typename } }';
const query = '{ viewer { scopes } }';

async function send(init: RequestInit, path = ''): Promise<{ status: number; headers: Headers; text: string }> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${workspace.apiKey}`, ...init.headers };
  const response = await fetch(`${parley.url}${path}`, { ...init, headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const code = (text: string): unknown => JSON.parse(text).errors[0].extensions.code;

describe('an invalid request', () => {
  const bodies: [what: string, body: string][] = [
    ['nothing', ''],
    ['an incomplete JSON document', '{"query":'],
    ['a number', '1'],
    ['null', 'null'],
    ['a text', '"{ viewer }"'],
    ['a batch', JSON.stringify([{ query }, { query: mutation }])],
    ['a query that is a number', '{"query":1}'],
    ['a query that is an object', '{"query":{}}'],
    ['variables that are a list', JSON.stringify({ query, variables: [1] })],
    ['variables that are a text', JSON.stringify({ query, variables: 'x' })],
    ['an operation that it does not have', JSON.stringify({ query: mutation, operationName: 'x' })],
    ['two operations, and no name', JSON.stringify({ query: 'query a { __typename } query b { __typename }' })],
  ];

  it.each(bodies)('gets 400 if it contains %s, and nothing is written', async (_what, body) => {
    const before = await digestRows(parley, workspace);
    const { status, text } = await send({ method: 'POST', body });
    expect(status).toBe(400);
    expect(['BAD_REQUEST', 'OPERATION_RESOLUTION_FAILURE']).toContain(code(text));
    expect(text).not.toContain('originalError');
    expect(await digestRows(parley, workspace)).toEqual(before);
  });

  it('of more than 1 MB gets 413, with or without Content-Length', async () => {
    const body = JSON.stringify({ query, variables: { a: 'x'.repeat(1_000_000) } });
    const { status, text } = await send({ method: 'POST', body });
    expect([status, code(text)]).toEqual([413, 'REQUEST_ENTITY_TOO_LARGE']);
    const chunked: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      body: new Blob([body]).stream(),
      duplex: 'half',
    };
    expect((await send(chunked)).status).toBe(413);
  });

  it.each(['PUT', 'PATCH', 'DELETE'])('gets 405 if its method is %s', async (method) => {
    expect((await send({ method, body: JSON.stringify({ query }) })).status).toBe(405);
  });

  it.each(['text/plain', 'application/octet-stream', 'multipart/form-data; boundary=x'])(
    'gets 415 if its type is %s, which a browser sends without a preflight request',
    async (type) => {
      const before = await digestRows(parley, workspace);
      const { status } = await send({
        method: 'POST',
        headers: { 'content-type': type },
        body: JSON.stringify({ query: mutation }),
      });
      expect(status).toBe(415);
      expect(await digestRows(parley, workspace)).toEqual(before);
    },
  );
});

describe('an empty operation name', () => {
  const named = 'query a { __typename }';
  const ask = (text: string, path = '', init: RequestInit = {}) => send({ ...init, ...(text && { body: text }) }, path);
  const json = (text: string) => ask(JSON.stringify({ query: text, operationName: '' }), '', { method: 'POST' });
  const form = (text: string) =>
    ask(new URLSearchParams({ query: text, operationName: '' }).toString(), '', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  const get = (text: string) => ask('', `?query=${encodeURIComponent(text)}&operationName=`);

  it.each([
    ['a POST request', json],
    ['a form', form],
    ['a GET request', get],
  ])('is none in %s', async (_how, submit) => {
    for (const text of ['{ __typename }', named]) {
      expect(await submit(text).then(({ status, text: answer }) => [status, JSON.parse(answer)])).toEqual([
        200,
        { data: { __typename: 'Query' } },
      ]);
    }
    const two = await submit(`${named} query b { __typename }`);
    expect(code(two.text)).toBe('OPERATION_RESOLUTION_FAILURE');
  });
});

describe('a GET request', () => {
  it('may read', async () => {
    const { status, text } = await send({}, `?query=${encodeURIComponent(query)}`);
    expect([status, JSON.parse(text)]).toEqual([200, { data: { viewer: { scopes: expect.any(Array) } } }]);
  });

  it('may not write', async () => {
    const before = await digestRows(parley, workspace);
    const { status } = await send({}, `?query=${encodeURIComponent(mutation)}`);
    expect(status).toBe(405);
    expect(await digestRows(parley, workspace)).toEqual(before);
  });

  it.each(['variables', 'extensions'])('gets 400 if its %s are not JSON', async (name) => {
    const { status, text } = await send({}, `?query=${encodeURIComponent(query)}&${name}={`);
    expect([status, code(text)]).toEqual([400, 'BAD_REQUEST']);
  });
});

describe('a request whose host and target do not form a URL', () => {
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';
  const raw = (target: string, host: string, headers = 'Connection: close\r\n', method = 'GET') =>
    sendRaw(parley.url, `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n${headers}\r\n`);
  const withoutUrl: [what: string, target: string, host: string][] = [
    ['a host with a space', '/graphql', 'a b'],
    ['a host that is a path', '/graphql', 'a/b'],
    ['a host with parameters', '/', 'a/graphql?'],
    ['a host with a password', '/graphql', 'a:b@localhost'],
    ['a host with a bracket', '/graphql', '[::1'],
    ['a host with a percent sign', '/graphql', 'a%zz'],
    ['a port that is none', '/graphql', 'localhost:99999'],
    ['a whole URL as its target', `http://localhost/graphql`, 'localhost:4000'],
    ['a whole URL as its target, and a host without a port', `http://localhost/graphql`, 'localhost'],
    ['a target that is no path', '*', 'localhost'],
  ];

  it.each(withoutUrl)('gets 400 in one line if it has %s', async (_what, target, host) => {
    const answer = await raw(target, host, undefined, target === '*' ? 'OPTIONS' : 'GET');
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(head).toMatch(/^x-request-id: [\w-]{36}\r?$/m);
    expect(body).toMatch(/^[\w ,/:.-]+\n$/);
  });

  it.each(withoutUrl.slice(0, 3))('opens no socket if it has %s', async (_what, target, host) => {
    const key = `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n`;
    expect(await raw(target, host, upgrade + key)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  });

  it.each([
    '/graphql\u0000',
    '/graphql\u0001',
    '/graphql\u007f',
    '//graphql',
    '//',
    '/%',
    '/\\',
    '/graphql/../..',
    '/graphql\u00ff',
    '/@',
    '/[',
  ])('reveals nothing about the server, such as with the target %j', async (target) => {
    const answer = await raw(target, 'localhost');
    expect(answer).toMatch(/^HTTP\/1\.1 40[014] /);
    expect(answer).not.toMatch(/Error|node_modules|\.[jt]s\b/);
  });

  it('may have an empty host, since HTTP/1.0 allows none', async () => {
    expect(await raw('/healthz', '')).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(await sendRaw(parley.url, 'GET /graphql?query={__typename} HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 401 /);
  });
});

describe('every response', () => {
  it('has a request id: the given one if valid, or else a new one', async () => {
    const idOf = async (given: string) =>
      (await send({ method: 'POST', body: '{', headers: { 'x-request-id': given } })).headers.get('x-request-id');
    expect(await idOf('abc-123.X_9')).toBe('abc-123.X_9');
    for (const given of ['', 'a b', '<script>', 'x'.repeat(65), "'"]) {
      expect(await idOf(given)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    }
  });
});
