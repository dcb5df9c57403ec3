import { describe, expect, it } from 'vitest';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { MANIFEST, sha256, trusted } from '../support/trusted.js';

const files = [MANIFEST];
const off = useParley();
const prefer = useParley({ config: { trustedDocuments: { mode: 'prefer', files } } });
const only = useParley({ config: { trustedDocuments: { mode: 'only', files } } });
const workspace = useWorkspace(off);

type Server = { url: string };
type Answer = { status: number; body: { data?: Record<string, unknown>; errors?: { extensions: object }[] } };

async function send({ url }: Server, init: RequestInit, search = ''): Promise<Answer> {
  const headers = { authorization: `Bearer ${workspace.apiKey}`, ...init.headers };
  const response = await fetch(`${url}${search}`, { ...init, headers });
  return { status: response.status, body: await response.json() };
}

const json = { 'content-type': 'application/json' };
const post = (server: Server, body: object) =>
  send(server, { method: 'POST', headers: json, body: JSON.stringify(body) });
const get = (server: Server, parameters: Record<string, string>) =>
  send(server, {}, `?${new URLSearchParams(parameters)}`);
const byApollo = (hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: hash } } });

/** How a request is refused; `200 OK` if it is not. */
const outcome = ({ status, body }: Answer) => [status, body.errors?.[0]?.extensions ?? 'OK'];
const refused = (status: number, code: string) => [status, { code }];
const OK = [200, 'OK'];

const viewer = trusted('Viewer');
const cursor = trusted('EventCursor');
const UNKNOWN = `sha256:${sha256('{ viewer { role } }')}`;
const UNTRUSTED = '{ viewer { role } }';

describe.each([
  ['prefer', prefer],
  ['only', only],
])('a server that has trusted documents (%s)', (_mode, server) => {
  it('executes the document that a documentId names', async () => {
    const { body } = await post(server, { documentId: viewer.id });
    expect(body).toMatchObject({ data: { viewer: { workspace: { id: workspace.id } } } });
    const variables = { input: { name: 'Ada' } };
    const created = await post(server, { documentId: trusted('CreateContact').id, variables });
    expect(created.body).toMatchObject({ data: { createContact: { contact: { name: 'Ada' } } } });
  });

  it("takes the bare digits, and the id where Apollo's clients put it", async () => {
    const digits = sha256(viewer.text);
    expect(viewer.id).toBe(`sha256:${digits}`);
    const requests = [
      { documentId: digits },
      { query: '', documentId: digits },
      { query: null, documentId: viewer.id, operationName: 'Viewer' },
      byApollo(digits),
      byApollo(viewer.id),
    ];
    for (const body of requests) expect(outcome(await post(server, body))).toEqual(OK);
  });

  it('takes ids in the URL of a GET, but no mutation', async () => {
    expect(outcome(await get(server, { documentId: viewer.id }))).toEqual(OK);
    expect(outcome(await get(server, { extensions: JSON.stringify(byApollo(viewer.id).extensions) }))).toEqual(OK);
    const { status } = await get(server, { documentId: trusted('CreateContact').id, variables: '{"input":{}}' });
    expect(status).toBe(405);
  });

  it('refuses an id that it does not know', async () => {
    const notFound = refused(400, 'PERSISTED_QUERY_NOT_FOUND');
    for (const documentId of [UNKNOWN, 'x', viewer.id.toUpperCase(), `md5:${sha256(viewer.text)}`, '__proto__']) {
      expect(outcome(await post(server, { documentId }))).toEqual(notFound);
      expect(outcome(await get(server, { documentId }))).toEqual(notFound);
      expect(outcome(await post(server, byApollo(documentId)))).toEqual(notFound);
    }
  });

  it('refuses a text and an id that are two documents, and an id that is no text', async () => {
    const badRequest = refused(400, 'BAD_REQUEST');
    expect(outcome(await post(server, { query: cursor.text, documentId: viewer.id }))).toEqual(badRequest);
    expect(outcome(await post(server, { query: cursor.text, documentId: cursor.id }))).toEqual(OK);
    for (const documentId of [5, {}, [viewer.id], true]) {
      expect(outcome(await post(server, { documentId }))).toEqual(badRequest);
    }
    expect((await post(server, { query: 5, documentId: viewer.id })).status).toBe(400);
  });

  it('streams a trusted subscription as Server-Sent Events', async () => {
    const { id } = trusted('LiveEvents');
    const stop = new AbortController();
    const { status, headers } = await fetch(server.url, {
      method: 'POST',
      headers: { ...json, authorization: `Bearer ${workspace.apiKey}`, accept: 'text/event-stream' },
      body: JSON.stringify({ documentId: id }),
      signal: stop.signal,
    });
    expect([status, headers.get('content-type')]).toEqual([200, expect.stringContaining('text/event-stream')]);
    stop.abort();
  });
});

describe('a server that takes only trusted documents', () => {
  const notTrusted = refused(403, 'DOCUMENT_NOT_TRUSTED');

  it.each([
    ['another document', UNTRUSTED],
    ['introspection', '{ __schema { queryType { name } } }'],
    ['a document that cannot be parsed', '{ viewer {'],
    ['a trusted document with one more space', `${viewer.text} `],
  ])('refuses %s before it is parsed, however it is sent', async (_what, query) => {
    const answers = [
      await post(only, { query }),
      await post(only, { query, ...byApollo(viewer.id) }),
      await get(only, { query }),
      await send(only, { method: 'POST', headers: { 'content-type': 'application/graphql' }, body: query }),
      await send(only, { method: 'POST', body: new URLSearchParams({ query }) }),
    ];
    expect(answers.map(outcome)).toEqual(answers.map(() => notTrusted));
  });

  it('refuses a request without a document', async () => {
    expect(outcome(await post(only, { query: '' }))).toEqual(notTrusted);
    expect(outcome(await post(only, {}))).toMatchObject([200, { code: 'BAD_REQUEST' }]);
  });

  it('refuses a subscription that is not trusted before its stream begins', async () => {
    const response = await fetch(only.url, {
      method: 'POST',
      headers: { ...json, authorization: `Bearer ${workspace.apiKey}`, accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { events { id } }' }),
    });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('DOCUMENT_NOT_TRUSTED');
  });

  it('takes the text of a trusted document', async () => {
    expect(outcome(await post(only, { query: viewer.text }))).toEqual(OK);
    expect(outcome(await get(only, { query: viewer.text }))).toEqual(OK);
  });

  it('asks for a key first', async () => {
    const { status } = await send(only, {
      method: 'POST',
      headers: { ...json, authorization: '' },
      body: '{"query":"{"}',
    });
    expect(status).toBe(401);
  });
});

describe('a server that prefers trusted documents', () => {
  it("takes all others, also from Apollo's clients that have sent an id before", async () => {
    expect(outcome(await post(prefer, { query: UNTRUSTED }))).toEqual(OK);
    expect(outcome(await post(prefer, { query: UNTRUSTED, ...byApollo(viewer.id) }))).toEqual(OK);
  });
});

describe('a server without trusted documents', () => {
  it('says so to a client that sends an id', async () => {
    const notSupported = refused(400, 'PERSISTED_QUERY_NOT_SUPPORTED');
    expect(outcome(await post(off, { documentId: viewer.id }))).toEqual(notSupported);
    expect(outcome(await post(off, { documentId: viewer.id, query: viewer.text }))).toEqual(notSupported);
    expect(outcome(await post(off, byApollo(viewer.id)))).toEqual(notSupported);
    expect(outcome(await get(off, { documentId: viewer.id }))).toEqual(notSupported);
  });

  it("takes texts as ever, also those that Apollo's clients send with an id", async () => {
    expect(outcome(await post(off, { query: UNTRUSTED }))).toEqual(OK);
    expect(outcome(await post(off, { query: UNTRUSTED, ...byApollo(UNKNOWN) }))).toEqual(OK);
  });
});
