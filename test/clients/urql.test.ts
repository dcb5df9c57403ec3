import { getIntrospectionQuery, type IntrospectionQuery, isObjectType } from 'graphql';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createUrqlClient } from '../../docs/recipes/urql-client.js';
import { schema } from '../../src/graphql/schema.js';
import { read } from '../conformance/support/markdown.js';
import { eventually } from '../live/support/listen.js';
import { useWire } from '../live/support/wire.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

const complaints: unknown[][] = [];
beforeEach(() => {
  complaints.length = 0;
  vi.spyOn(console, 'warn').mockImplementation((...words: unknown[]) => void complaints.push(words));
});
afterEach(() => {
  vi.restoreAllMocks();
});

async function open(url = parley.url) {
  const { body } = await workspace.post<IntrospectionQuery>(getIntrospectionQuery());
  if (!body.data) throw new Error(JSON.stringify(body.errors));
  return createUrqlClient({
    url,
    token: async () => workspace.apiKey,
    read: '{ eventCursor }',
    introspection: body.data,
    webSocketImpl: WebSocket,
  });
}

it('urql follows events over a connection that is cut', async () => {
  const wire = await useWire(parley);
  const client = await open(wire.url);
  const subjects: unknown[] = [];
  const { unsubscribe } = client
    .subscription<{ events: { conversation: { subject: string } } }>(
      'subscription ($after: String) { events(after: $after) { id conversation { id subject } } }',
      { after: null },
    )
    .subscribe(({ data }) => subjects.push(data?.events.conversation.subject));
  onTestFinished(unsubscribe);
  await eventually(async () => {
    await makeConversation(workspace, { subject: 'First' });
    return subjects.length > 0;
  }, 'the first event');
  wire.cut();
  await makeConversation(workspace, { subject: 'Missed' });
  await eventually(() => subjects.includes('Missed'), 'what was missed');
  expect(complaints).toEqual([]);
}, 30_000);

it('urql reads values without ids and pages, and keeps the fields of errors, without a complaint', async () => {
  const client = await open();
  const ids: string[] = [];
  for (let count = 0; count < 3; count += 1) ids.push((await makeConversation(workspace)).id);
  const list = `query ($after: String) {
    viewer { scopes workspace { id } }
    conversations(first: 2, after: $after) {
      edges { node { id closure { at } assignment { at } flow { flowId } transfers { at } } }
      pageInfo { hasNextPage endCursor }
    }
  }`;
  const first = await client.query(list, {});
  const more = await client.query(list, { after: first.data?.conversations.pageInfo.endCursor });
  const shown = more.data?.conversations.edges.map(({ node }: { node: { id: string } }) => node.id);
  expect([first.error, more.error, shown]).toEqual([undefined, undefined, ids.toReversed()]);
  const refused = await client.mutation(
    `mutation { closeConversation(input: { conversationId: "conv_01m7yva7fpfmdbk37hf15m8ddb" }) {
      ... on CloseConversationPayload { conversation { id } }
      ... on Error { code message }
    } }`,
    {},
  );
  expect(refused.data?.closeConversation).toMatchObject({ code: 'NOT_FOUND' });
  expect(complaints).toEqual([]);
});

it('the recipe for urql lists every type without an id', () => {
  const [, listed = ''] = /const withoutId = \[(.*?)\]/s.exec(read('docs/recipes/urql-client.ts')) ?? [];
  const types = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith('__') && !Object.hasOwn(type.getFields(), 'id'))
    .map(({ name }) => name)
    // Its id is one of another system, unique only with its provider.
    .concat('ExternalReference')
    .filter((name) => !/(Connection|Edge|Payload|Error|PageInfo)$|^(Query|Mutation|Subscription)$/.test(name));
  expect([...listed.matchAll(/'(\w+)'/g)].map(([, name]) => name).toSorted()).toEqual(types.toSorted());
});
