import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { useParley, useWorkspace } from '../support/fixtures.js';

let statements: string[] = [];
const parley = useParley({ onStatement: (sql) => statements.push(sql) });
const workspace = useWorkspace(parley);

const UNKNOWN = `parley_sk_${'x'.repeat(43)}`;

/** Sends the head of a request alone, and returns what the server answers before any of the body. */
async function answerToHead(...headers: string[]): Promise<string> {
  const socket = connect(Number(new URL(parley.url).port), '127.0.0.1');
  const head = ['POST /graphql HTTP/1.1', 'Host: localhost', 'Content-Type: application/json', ...headers];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  const [chunk] = await once(socket, 'data');
  socket.destroy();
  return String(chunk);
}

it.each([
  ['no key', []],
  ['an unknown key', [`Authorization: Bearer ${UNKNOWN}`]],
  ['a token that is none', ['Authorization: Bearer a.b.c']],
])('a request with %s is refused before its body is read', async (_what, headers) => {
  expect(await answerToHead('Content-Length: 900000', ...headers)).toMatch(/^HTTP\/1\.1 401 /);
  expect(await answerToHead('Transfer-Encoding: chunked', ...headers)).toMatch(/^HTTP\/1\.1 401 /);
});

it('a body that could not be parsed says nothing to callers without a key', async () => {
  for (const body of ['no JSON', '[]', `{"query":"${'{'.repeat(20_000)}"}`, 'x'.repeat(1_000_001)]) {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(parley.url, { method: 'POST', headers, body });
    expect(response.status).toBe(401);
    expect((await response.json()).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  }
});

it('a request is authenticated once, however it is sent', async () => {
  await workspace.post('{ __typename }');
  const headers = { authorization: `Bearer ${workspace.apiKey}` };
  const json = { ...headers, 'content-type': 'application/json' };
  const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };
  const sent: [url: string, init: RequestInit][] = [
    [parley.url, { method: 'POST', headers: json, body: '{"query":"{ __typename }"}' }],
    [parley.url, { method: 'POST', headers: form, body: 'query={__typename}' }],
    [`${parley.url}?query={__typename}`, { headers }],
  ];
  for (const [url, init] of sent) {
    statements = [];
    expect((await fetch(url, init)).status).toBe(200);
    expect(statements).toHaveLength(1);
  }
});
