import { type ApolloClient, gql } from '@apollo/client';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { createApolloClient } from '../../docs/recipes/apollo-client.js';
import { follow, send, THREAD } from '../../docs/recipes/apollo-thread.js';
import { keepToken, type Token } from '../../docs/recipes/tokens.js';
import { read } from '../conformance/support/markdown.js';
import { CloseConversationDocument } from '../generated/operations.js';
import { undoHistory } from '../live/support/history.js';
import { eventually } from '../live/support/listen.js';
import { useWire } from '../live/support/wire.js';
import { succeed } from '../support/act.js';
import { say } from '../support/conversations.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { issueTokens } from './support/tokens.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

const numbers = (from: number) => Array.from({ length: 23 - from }, (_, index) => `${from + index}`);

function open(url = parley.url, token: Token = async () => workspace.apiKey) {
  const client = createApolloClient({
    url,
    token,
    read: THREAD,
    possibleTypes: JSON.parse(read('schema/possible-types.json')),
    webSocketImpl: WebSocket,
  });
  onTestFinished(() => client.stop());
  return client;
}

/** A conversation as a screen shows it. */
function openThread(client: ApolloClient, id: string) {
  const shown: string[][] = [];
  const query = client.watchQuery({ query: THREAD, variables: { id } });
  const watching = query.subscribe(({ data, dataState }) => {
    if (dataState !== 'complete') return;
    const edges = data.conversation?.messages.edges ?? [];
    shown.push(edges.map(({ node: { text, seq } }) => `${text}${seq === 0 ? ' …' : ''}`));
  });
  onTestFinished(() => watching.unsubscribe());
  const shows = (...expected: string[]) =>
    eventually(() => JSON.stringify(shown.at(-1)) === JSON.stringify(expected), expected.join()).catch(() =>
      expect(shown.at(-1)).toEqual(expected),
    );
  return { query, shown, shows };
}

it('Apollo Client shows a conversation by pages, with what comes, is sent and was missed, each once', async () => {
  const { id } = await makeConversation(workspace);
  for (let count = 1; count <= 22; count += 1) await say(workspace, id, { text: `${count}` });
  const wire = await useWire(parley);
  const client = open(wire.url);
  const { query, shown, shows } = openThread(client, id);
  await shows(...numbers(3));
  const { data } = await client.query({ query: THREAD, variables: { id } });
  const following = follow(client, id, data?.eventCursor ?? null);
  onTestFinished(() => following.unsubscribe());
  await query.fetchMore({ variables: { before: data?.conversation?.messages.pageInfo.startCursor ?? '' } });
  await shows(...numbers(1));
  expect(await send(client, id, 'Sent')).toBeNull();
  expect(shown.flat()).toContain('Sent …');
  await shows(...numbers(1), 'Sent');
  wire.forwardTo('http://127.0.0.1:9');
  wire.cut();
  await say(workspace, id, { text: 'Missed' });
  const connections = wire.connections();
  await eventually(() => wire.connections() > connections, 'a connection that is refused');
  wire.forwardTo(parley.url);
  await shows(...numbers(1), 'Sent', 'Missed');
}, 30_000);

it('Apollo Client loads the newest page again when its cursor has expired', async () => {
  const { id } = await makeConversation(workspace);
  await say(workspace, id, { text: 'First' });
  const wire = await useWire(parley);
  const client = open(wire.url);
  const { shown, shows } = openThread(client, id);
  const following = follow(client, id, null);
  onTestFinished(() => following.unsubscribe());
  await shows('First');
  await undoHistory(parley, workspace);
  wire.cut();
  for (let count = 1; count <= 20; count += 1) await say(workspace, id, { text: `${count}` });
  await eventually(() => shown.at(-1)?.at(-1) === '20', 'the newest page');
});

it('Apollo Client says why a message was not taken, and shows it no longer', async () => {
  const { id } = await makeConversation(workspace);
  await succeed(workspace, CloseConversationDocument, { conversationId: id });
  const client = open();
  const { shown, shows } = openThread(client, id);
  await shows();
  expect(await send(client, id, 'Too late')).toMatchObject({ __typename: 'InvalidTransitionError' });
  expect(shown.flat()).toContain('Too late …');
  await shows();
  expect(await send(client, id, '')).toMatchObject({ code: 'VALIDATION_FAILED', issues: [{ path: ['text'] }] });
});

it('Apollo Client goes on with another token when one is revoked', async () => {
  const { id } = await makeConversation(workspace);
  const tokens = await issueTokens(workspace);
  const client = open(parley.url, keepToken(tokens.issue));
  const { shows } = openThread(client, id);
  const following = follow(client, id, null);
  onTestFinished(() => following.unsubscribe());
  await send(client, id, 'First');
  await shows('First');
  await tokens.revoke();
  expect(await send(client, id, 'Second')).toBeNull();
  await say(workspace, id, { text: 'Third' });
  await shows('First', 'Second', 'Third');
});

it('Apollo Client keeps the fields of errors, and adds pages to each other', async () => {
  const client = open();
  const { data } = await client.mutate({
    mutation: gql`
      mutation Close($id: ID!) {
        closeConversation(input: { conversationId: $id }) {
          ... on CloseConversationPayload {
            conversation {
              id
            }
          }
          ... on Error {
            code
            message
          }
        }
      }
    `,
    variables: { id: 'conv_01m7yva7fpfmdbk37hf15m8ddb' },
  });
  expect(data).toMatchObject({ closeConversation: { code: 'NOT_FOUND', message: expect.stringMatching(/^No such/) } });

  const ids: string[] = [];
  for (let count = 0; count < 3; count += 1) ids.push((await makeConversation(workspace)).id);
  type Page = { conversations: { edges: { node: { id: string } }[]; pageInfo: { endCursor: string } } };
  const watched = client.watchQuery<Page, { after: string | null }>({
    query: gql`
      query List($after: String) {
        conversations(first: 2, after: $after) {
          edges {
            node {
              id
            }
          }
          pageInfo {
            hasNextPage
            endCursor
          }
        }
      }
    `,
    variables: { after: null },
  });
  const shown = () => {
    const { conversations } = Object(watched.getCurrentResult().data);
    return conversations?.edges.map(({ node }: { node: { id: string } }) => node.id) ?? [];
  };
  const watching = watched.subscribe(() => undefined);
  onTestFinished(() => watching.unsubscribe());
  await eventually(() => shown().length === 2, 'the first page');
  const { conversations } = Object(watched.getCurrentResult().data);
  await watched.fetchMore({ variables: { after: conversations.pageInfo.endCursor } });
  await eventually(() => shown().length === 3, 'both pages');
  expect(shown()).toEqual(ids.toReversed());
});
