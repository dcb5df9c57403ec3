import type { Client } from '@urql/core';
import { getIntrospectionQuery, type IntrospectionQuery, isObjectType } from 'graphql';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { keepToken, type Token } from '../../docs/recipes/tokens.js';
import { createUrqlClient } from '../../docs/recipes/urql-client.js';
import { FOLLOW, send, THREAD, type Thread } from '../../docs/recipes/urql-thread.js';
import { schema } from '../../src/graphql/schema.js';
import { read } from '../conformance/support/markdown.js';
import { CloseConversationDocument } from '../generated/operations.js';
import { eventually } from '../live/support/listen.js';
import { useWire } from '../live/support/wire.js';
import { succeed } from '../support/act.js';
import { say } from '../support/conversations.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { issueTokens } from './support/tokens.js';

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

async function open(url = parley.url, token: Token = async () => workspace.apiKey) {
  const { body } = await workspace.post<IntrospectionQuery>(getIntrospectionQuery());
  if (!body.data) throw new Error(JSON.stringify(body.errors));
  return createUrqlClient({
    url,
    token,
    read: THREAD,
    introspection: body.data,
    webSocketImpl: WebSocket,
  });
}

/** A conversation as a screen shows it. */
function openThread(client: Client, id: string) {
  const shown: { id: string; text: string }[][] = [];
  const rowsOf = (thread?: Thread) => thread?.conversation?.messages.edges.map(({ node }) => node) ?? [];
  const query = client
    .query(THREAD, { id })
    .subscribe(({ data }) =>
      shown.push(rowsOf(data).map(({ id: row, text, seq }) => ({ id: row, text: `${text}${seq === 0 ? ' …' : ''}` }))),
    );
  onTestFinished(query.unsubscribe);
  const texts = () => (shown.at(-1) ?? []).map(({ text }) => text);
  return {
    shown,
    texts,
    shows: (...expected: string[]) =>
      eventually(() => JSON.stringify(texts()) === JSON.stringify(expected), expected.join()).catch(() =>
        expect(texts()).toEqual(expected),
      ),
  };
}

it('urql shows a conversation by pages, with what comes, is sent and was missed, each once', async () => {
  const { id } = await makeConversation(workspace);
  for (let count = 1; count <= 22; count += 1) await say(workspace, id, { text: `${count}` });
  const numbers = (from: number) => Array.from({ length: 23 - from }, (_, index) => `${from + index}`);
  const wire = await useWire(parley);
  const client = await open(wire.url);
  const { shown, shows } = openThread(client, id);
  onTestFinished(client.subscription(FOLLOW, { id, after: null }).subscribe(() => undefined).unsubscribe);
  await shows(...numbers(3));
  const first = await client.query(THREAD, { id });
  const before = first.data?.conversation?.messages.pageInfo.startCursor ?? '';
  await client.query(THREAD, { id, before });
  await shows(...numbers(1));
  expect(await send(client, id, 'Sent')).toBeNull();
  expect(shown.flat().map(({ text }) => text)).toContain('Sent …');
  await shows(...numbers(1), 'Sent');
  wire.cut();
  await say(workspace, id, { text: 'Missed' });
  await shows(...numbers(1), 'Sent', 'Missed');
  expect(complaints).toEqual([]);
}, 30_000);

it('urql says why a message was not taken, and shows it no longer', async () => {
  const { id } = await makeConversation(workspace);
  await succeed(workspace, CloseConversationDocument, { conversationId: id });
  const client = await open();
  const { shown, shows } = openThread(client, id);
  await eventually(() => shown.length > 0, 'the page');
  expect(await send(client, id, 'Too late')).toMatchObject({ __typename: 'InvalidTransitionError' });
  expect(shown.flat().map(({ text }) => text)).toContain('Too late …');
  await shows();
  expect(await send(client, id, '')).toMatchObject({ code: 'VALIDATION_FAILED', issues: [{ path: ['text'] }] });
  expect(complaints).toEqual([]);
});

it('urql goes on with another token when one is revoked', async () => {
  const { id } = await makeConversation(workspace);
  const tokens = await issueTokens(workspace);
  const client = await open(parley.url, keepToken(tokens.issue));
  const { shows } = openThread(client, id);
  onTestFinished(client.subscription(FOLLOW, { id, after: null }).subscribe(() => undefined).unsubscribe);
  await send(client, id, 'First');
  await shows('First');
  await tokens.revoke();
  expect(await send(client, id, 'Second')).toBeNull();
  await say(workspace, id, { text: 'Third' });
  await shows('First', 'Second', 'Third');
  expect(complaints).toEqual([]);
});

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
