import { gql } from '@apollo/client';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { createApolloClient } from '../../docs/recipes/apollo-client.js';
import { read } from '../conformance/support/markdown.js';
import { eventually } from '../live/support/listen.js';
import { useWire } from '../live/support/wire.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

const READ = gql`
  query Read {
    eventCursor
  }
`;

function open(url = parley.url) {
  const client = createApolloClient({
    url,
    token: () => workspace.apiKey,
    read: READ,
    possibleTypes: JSON.parse(read('schema/possible-types.json')),
    webSocketImpl: WebSocket,
  });
  onTestFinished(() => client.stop());
  return client;
}

it('Apollo Client follows events over a connection that is cut and refused', async () => {
  const wire = await useWire(parley);
  const subjects: unknown[] = [];
  const failures: unknown[] = [];
  const following = open(wire.url)
    .subscribe<{ events: { conversation: { subject: string } } }>({
      query: gql`
        subscription Follow($after: String) {
          events(after: $after, types: ["conversation.created"]) {
            id
            conversation {
              id
              subject
            }
          }
        }
      `,
      variables: { after: null },
    })
    .subscribe({
      next: ({ data }) => subjects.push(data?.events.conversation.subject),
      error: (error) => failures.push(error),
    });
  onTestFinished(() => following.unsubscribe());
  await eventually(async () => {
    await makeConversation(workspace, { subject: 'First' });
    return subjects.length > 0;
  }, 'the first event');
  const heard = subjects.length;
  wire.forwardTo('http://127.0.0.1:9');
  wire.cut();
  await makeConversation(workspace, { subject: 'Missed' });
  const connections = wire.connections();
  await eventually(() => wire.connections() > connections, 'a connection that is refused');
  wire.forwardTo(parley.url);
  await eventually(() => subjects.includes('Missed'), 'what was missed');
  expect(subjects.slice(0, heard).every((subject) => subject === 'First')).toBe(true);
  expect(subjects.filter((subject) => subject === 'Missed')).toHaveLength(1);
  expect(failures).toEqual([]);
}, 30_000);

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
