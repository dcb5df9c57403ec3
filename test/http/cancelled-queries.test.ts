import { expect, it, onTestFinished } from 'vitest';
import { connect, eventually, listen } from '../live/support/listen.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { holdMessages, untilWaiting } from '../support/held-messages.js';
import { makeConversation } from '../support/make.js';
import type { TestServer } from '../support/parley.js';
import { useScratchDatabase } from '../support/scratch-database.js';

const POOL = 12;
const SHARE = POOL / 3;
const SLOW = '{ messages { totalCount } }';
const CHEAP = '{ contacts { totalCount } }';
const NOTHING_FOUND = { contacts: { totalCount: 0 } };

const database = useScratchDatabase();
const parley = useParley({ databaseUrl: database.url, config: { databasePoolSize: POOL } });
const impatient = useParley({ databaseUrl: database.url, config: { databasePoolSize: POOL, maxQuerySeconds: 1 } });
const workspace = useFreshWorkspace(parley);

const waiting = (count: number) => untilWaiting(database, count);

function send(query: string, signal: AbortSignal, server: Pick<TestServer, 'url'> = parley): Promise<unknown> {
  return fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${workspace.apiKey}` },
    body: JSON.stringify({ query }),
    signal,
  }).catch(() => undefined);
}

it('a query whose HTTP request is aborted is cancelled in PostgreSQL, and one that still queues is not sent', async () => {
  await holdMessages(database.url);
  const left = new AbortController();
  const requests = Array.from({ length: 3 * SHARE }, () => send(SLOW, left.signal));
  await waiting(SHARE);

  left.abort();
  await Promise.all(requests);
  await waiting(0);
  expect((await workspace.post(CHEAP)).body.data).toEqual(NOTHING_FOUND);
  await waiting(0);
});

it('a query over a WebSocket is cancelled in PostgreSQL when it is completed, and when the socket closes', async () => {
  await holdMessages(database.url);
  const client = connect(parley.url, workspace.apiKey);
  onTestFinished(() => client.dispose());
  const first = listen(client, SLOW, {});
  listen(client, SLOW, {});
  await waiting(2);

  first.stop();
  await waiting(1);

  await client.dispose();
  await waiting(0);
});

it('a query that takes too long is ended with QUERY_TOO_COMPLEX, over HTTP and WebSocket, and cancelled in PostgreSQL', async () => {
  await holdMessages(database.url);
  const caller = impatient.connect(workspace);
  const client = connect(impatient.url, workspace.apiKey);
  onTestFinished(() => client.dispose());
  const query = `{ contacts { totalCount } messages { totalCount } }`;
  const overSocket = listen(client, query, {});

  for (const answer of [(await caller.post(query)).body, (await overSocket.until(1))[0]]) {
    expect(answer).toMatchObject({ data: null, errors: [{ extensions: { code: 'QUERY_TOO_COMPLEX' } }] });
  }
  await waiting(0);
  expect((await caller.post(CHEAP)).body.data).toEqual(NOTHING_FOUND);
});

it('a mutation whose client has gone is completed', async () => {
  const { id } = await makeConversation(workspace);
  const letGo = await holdMessages(database.url);
  const left = new AbortController();
  const request = send(
    `mutation { sendMessage(input: { conversationId: "${id}", text: "Hello" }) { __typename } }`,
    left.signal,
  );
  await waiting(1);

  left.abort();
  await request;
  await letGo();
  await eventually(
    async () => (await workspace.post<{ messages: { totalCount: number } }>(SLOW)).body.data?.messages.totalCount === 1,
    'the message',
  );
});
