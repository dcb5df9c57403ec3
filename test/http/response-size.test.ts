import { getIntrospectionQuery } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { SendMessageDocument } from '../generated/operations.js';
import { connect, eventually, listen } from '../live/support/listen.js';
import { succeed } from '../support/act.js';
import { say } from '../support/conversations.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeContact, makeConversation } from '../support/make.js';
import { signIn } from '../support/token.js';

const MAX_BYTES = 1_000_000;
const parley = useParley({ config: { maxResponseBytes: MAX_BYTES } });
const workspace = useWorkspace(parley);

const TEXT = 'The parcel has not come. '.repeat(600);
let conversationId: string;

beforeAll(async () => {
  ({ id: conversationId } = await makeConversation(workspace));
  for (let count = 0; count < 10; count += 1)
    await succeed(workspace, SendMessageDocument, { conversationId, text: TEXT });
});

/** The texts of ten messages of 15 KB, under so many names. */
const texts = (names: number) =>
  `messages(first: 10) { nodes { ${Array.from({ length: names }, (_, index) => `a${index}: text`).join(' ')} } }`;
const query = (names: number) => `query ($id: ID!) { conversation(id: $id) { ${texts(names)} } }`;

async function sizeOf(accept: string, names: number) {
  const response = await fetch(parley.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${workspace.apiKey}`, accept },
    body: JSON.stringify({ query: query(names), variables: { id: conversationId } }),
  });
  return response.text();
}

const TOO_LARGE = {
  message: `The response would exceed ${MAX_BYTES} bytes. Select fewer or shorter fields, or request smaller pages.`,
  extensions: { code: 'RESPONSE_TOO_LARGE' },
};

describe('a response of more than the limit', () => {
  it.each(['application/json', 'application/graphql-response+json', 'text/event-stream'])(
    'as %s is an error instead',
    async (accept) => {
      const body = await sizeOf(accept, 60);
      expect(body.length).toBeLessThan(1_000);
      expect(body).toContain(JSON.stringify({ data: null, errors: [TOO_LARGE] }));
    },
  );

  it('over a WebSocket is an error instead, and the socket stays open', async () => {
    const client = connect(parley.url, workspace.apiKey);
    const large = listen(client, query(60), { id: conversationId });
    await large.ended;
    expect(large.results).toMatchObject([{ data: null, errors: [TOO_LARGE] }]);
    const small = listen(client, query(1), { id: conversationId });
    await small.ended;
    expect(small.results[0]?.errors).toBeUndefined();
    await client.dispose();
  });

  it('is one for an event of a subscription, which goes on', async () => {
    const client = connect(parley.url, workspace.apiKey);
    const events = listen(client, `subscription { events { id conversation { ${texts(60)} } } }`, {});
    await eventually(() => parley.live.fanOut.size().subscribers > 0, 'the subscription');
    await succeed(workspace, SendMessageDocument, { conversationId, text: 'One' });
    await succeed(workspace, SendMessageDocument, { conversationId, text: 'Two' });
    const results = await events.until(2);
    expect(results).toMatchObject([
      { data: null, errors: [TOO_LARGE] },
      { data: null, errors: [TOO_LARGE] },
    ]);
    await client.dispose();
  });

  it('is refused to a contact, whose own conversation it is', async () => {
    const contact = await makeContact(workspace);
    const caller = await signIn(parley, workspace, contact.id);
    const own = await makeConversation(caller, { message: { text: TEXT } });
    const { body } = await caller.post(query(100), { id: own.id });
    expect(body).toMatchObject({ data: null, errors: [TOO_LARGE] });
  });
});

it('a response below the limit is sent', async () => {
  const { data } = JSON.parse(await sizeOf('application/json', 6));
  expect(data.conversation.messages.nodes).toHaveLength(10);
  expect(data.conversation.messages.nodes[0].a5).toBe(TEXT);
});

it('a response below the limit is sent too if its parts are answered in different ways', async () => {
  const message = await say(workspace, conversationId, { text: TEXT });
  const names = Array.from({ length: 50 }, (_, index) => `a${index}: text`);
  const { body } = await workspace.post(
    `{ message(id: "${message.id}") { ${names.join(' ')} } conversation(id: "${conversationId}") { id } }`,
  );
  expect(body.errors).toBeUndefined();
  expect(body.data).toMatchObject({ message: { a49: TEXT }, conversation: { id: conversationId } });
});

it('introspection answers with what tools ask for, and no multiple of it', async () => {
  const whole = await workspace.post(getIntrospectionQuery({ inputValueDeprecation: true }));
  expect(whole.body.errors).toBeUndefined();
  const often = `{ ${['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}: __schema { types { description fields { description args { description } } } }`).join(' ')} }`;
  expect((await workspace.post(often)).body.errors?.[0]?.extensions?.code).toBe('QUERY_TOO_COMPLEX');
});
