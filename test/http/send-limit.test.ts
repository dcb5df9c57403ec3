import { createClient } from 'graphql-ws';
import { beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { MessagesDocument } from '../generated/operations.js';
import { ask } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeChannel, makeContact, makeConversation } from '../support/make.js';
import type { TestWorkspace } from '../support/parley.js';
import { signIn } from '../support/token.js';

const LIMIT = 5;
const parley = useParley({ config: { rateLimits: { key: 0, user: 0, contact: 0, sends: LIMIT } } });
const workspace = useFreshWorkspace(parley);
let conversationId: string;
let contactId: string;
let contact: TestWorkspace;
beforeEach(async () => {
  const { id: channelId } = await makeChannel(workspace);
  contactId = (await makeContact(workspace)).id;
  conversationId = (await makeConversation(workspace, { channelId, contactId })).id;
  contact = await signIn(parley, workspace, contactId);
});

const sends = (count: number, more = '') => {
  const input = `{ conversationId: "${conversationId}", text: "Hello" ${more} }`;
  return `mutation { ${Array.from({ length: count }, (_, index) => `a${index}: sendMessage(input: ${input}) { __typename }`).join(' ')} }`;
};

const messageCount = async () =>
  (await ask(workspace, MessagesDocument, { conversationId, first: 1 }))?.messages.totalCount;

it('a contact that has sent its messages gets 429 and when to try again, with whatever token', async () => {
  for (let sent = 0; sent < LIMIT; sent += 1) expect((await contact.post(sends(1))).body.errors).toBeUndefined();
  const other = await signIn(parley, workspace, contactId);
  for (const client of [contact, other]) {
    const { status, headers, body } = await client.post(sends(1));
    expect(status).toBe(429);
    const retryAfter = Number(headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(60);
    expect(body.errors).toMatchObject([
      {
        message: `You may send ${LIMIT} messages in a minute. Try again in ${retryAfter} s.`,
        extensions: { code: 'RATE_LIMITED', retryAfter },
      },
    ]);
  }
  expect(await messageCount()).toBe(LIMIT);
  expect((await contact.post('{ viewer { workspace { id } } }')).status).toBe(200);
});

it('each message of an operation counts, and nothing is done of one with too many', async () => {
  expect((await contact.post(sends(3))).body.errors).toBeUndefined();
  expect((await contact.post(sends(3))).body.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
  expect(await messageCount()).toBe(3);
});

it('a conversation that the contact begins counts, and so do messages in fragments and ones that are sent again', async () => {
  const begin = 'mutation { createConversation(input: { message: { text: "Hello" } }) { __typename } }';
  expect((await contact.post(begin)).body.errors).toBeUndefined();
  const inFragment = `${sends(2).replace('mutation', 'fragment Sends on Mutation')} mutation { ...Sends }`;
  expect((await contact.post(inFragment)).body.errors).toBeUndefined();
  const again = sends(1, ', idempotencyKey: "once"');
  for (const status of [200, 200, 429]) expect((await contact.post(again)).status).toBe(status);
});

it('is refused over a WebSocket too, which stays open', async () => {
  const client = createClient({
    url: parley.url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: `Bearer ${contact.apiKey}` },
    lazyCloseTimeout: 10_000,
  });
  const first = await client.iterate({ query: sends(LIMIT) }).next();
  expect(first.value?.errors).toBeUndefined();
  const second = await client.iterate({ query: sends(1) }).next();
  expect(second.value?.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
  const third = await client.iterate({ query: '{ eventCursor }' }).next();
  expect(third.value?.errors).toBeUndefined();
  await client.dispose();
});

it('neither another contact nor the team is kept from sending', async () => {
  await contact.post(sends(LIMIT + 1));
  for (let sent = 0; sent <= LIMIT; sent += 1) expect((await workspace.post(sends(1))).status).toBe(200);
  const second = await makeContact(workspace);
  const other = await signIn(parley, workspace, second.id);
  const begin = 'mutation { createConversation(input: { message: { text: "Hello" } }) { __typename } }';
  expect((await other.post(begin)).status).toBe(200);
});
