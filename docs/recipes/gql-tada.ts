import { type FragmentOf, initGraphQLTada, type ResultOf, readFragment, type TadaDocumentNode } from 'gql.tada';
import { print } from 'graphql';
import type { introspection } from './generated/graphql-env.js';
import { newMessageId } from './message-id.js';
import type { FollowSink, Transport } from './thread.js';

/** Makes documents whose types follow from their text. */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  // The others would be unknown.
  scalars: { DateTime: string; JSONObject: Record<string, unknown> };
}>();

export const ROW = graphql(`
  fragment Row on Message {
    id
    seq
    text
    author {
      name
    }
  }
`);

export const THREAD = graphql(
  `
    query Thread($id: ID!, $before: String) {
      eventCursor
      conversation(id: $id) {
        messages(last: 20, before: $before) {
          edges {
            node {
              ...Row
            }
          }
          pageInfo {
            hasPreviousPage
            startCursor
          }
        }
      }
    }
  `,
  [ROW],
);

export const SEND = graphql(
  `
    mutation Send($input: SendMessageInput!) {
      sendMessage(input: $input) {
        __typename
        ... on SendMessagePayload {
          messageEdge {
            node {
              ...Row
            }
          }
        }
        ... on Error {
          message
        }
        ... on ValidationError {
          issues {
            path
            message
          }
        }
        ... on InvalidTransitionError {
          from
        }
      }
    }
  `,
  [ROW],
);

export const FOLLOW = graphql(
  `
    subscription Follow($id: ID!, $after: String) {
      events(conversationId: $id, after: $after) {
        __typename
        ... on MessageAdded {
          message {
            ...Row
          }
        }
      }
    }
  `,
  [ROW],
);

/** A message as the app shows it; it gets to the fields of a fragment by `readFragment` only. */
export function lineOf(row: FragmentOf<typeof ROW>): string {
  const { author, text } = readFragment(ROW, row);
  return `${author.name}: ${text ?? ''}`;
}

/** A transport that takes documents, and variables and results of their types. */
export function typed({ request, follow }: Transport) {
  return {
    request: <Data, Variables extends Record<string, unknown>>(
      document: TadaDocumentNode<Data, Variables>,
      variables: Variables,
    ) => request<Data>(print(document), variables),
    follow: <Data, Variables extends Record<string, unknown>>(
      document: TadaDocumentNode<Data, Variables>,
      variables: Omit<Variables, 'after'>,
      sink: FollowSink<Data>,
    ) => follow<Data>(print(document), variables, sink),
  };
}

/** Sends a message. Returns what to tell the person if it was refused, and null if it was not. */
export async function send(
  { request }: ReturnType<typeof typed>,
  input: { conversationId: string; text: string },
): Promise<string | null> {
  const { sendMessage } = await request(SEND, { input: { ...input, id: newMessageId() } });
  return problemOf(sendMessage);
}

/** The compiler knows which fields each type has, and that none is forgotten. */
function problemOf(result: ResultOf<typeof SEND>['sendMessage']): string | null {
  switch (result.__typename) {
    case 'SendMessagePayload':
      return null;
    case 'ValidationError':
      return result.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n');
    case 'InvalidTransitionError':
      return `The conversation is ${result.from}: reopen it first.`;
    default:
      return result.message;
  }
}
