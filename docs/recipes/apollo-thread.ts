import { type ApolloCache, type ApolloClient, gql, type TypedDocumentNode } from '@apollo/client';
import { newMessageId } from './message-id.js';

/** A message as it is shown; its `seq` is 0 until the server has accepted it. */
type Row = { __typename: 'Message'; id: string; seq: number; text: string | null };
type Edge = { __typename: 'MessageEdge'; cursor: string; node: Row };
type Page = { edges: Edge[]; pageInfo: { hasPreviousPage: boolean; startCursor: string | null } };
export type Thread = { eventCursor: string; conversation: { messages: Page } | null };

const MESSAGE = gql`
  fragment Row on Message {
    id
    seq
    text
  }
`;

/** The newest page; `fetchMore` with `before` adds the page before that. */
export const THREAD: TypedDocumentNode<Thread, { id: string; before?: string }> = gql`
  query Thread($id: ID!, $before: String) {
    eventCursor
    conversation(id: $id) {
      id
      messages(last: 20, before: $before) {
        edges {
          cursor
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
  ${MESSAGE}
`;

type Followed = { events: { conversationId: string; message?: Row | null } };

/** Pass the `eventCursor` of the thread as `after`, or null to load the thread again. */
const FOLLOW: TypedDocumentNode<Followed, { id: string; after: string | null }> = gql`
  subscription FollowThread($id: ID!, $after: String) {
    events(conversationId: $id, after: $after) {
      id
      conversationId
      conversation {
        id
        status
        unreadCount
      }
      ... on MessageAdded {
        message {
          ...Row
        }
      }
      ... on MessageUpdated {
        message {
          ...Row
        }
      }
    }
  }
  ${MESSAGE}
`;

/** Why the server did not take a message. */
type Refusal = { __typename: string; code: string; message: string; issues?: { path: string[] }[] };
type Sent = { sendMessage: { __typename: 'SendMessagePayload'; messageEdge: Edge } | Refusal };

const SEND: TypedDocumentNode<Sent, { input: { conversationId: string; id: string; text: string } }> = gql`
  mutation Send($input: SendMessageInput!) {
    sendMessage(input: $input) {
      ... on SendMessagePayload {
        messageEdge {
          cursor
          node {
            ...Row
          }
        }
      }
      ... on Error {
        code
        message
      }
      ... on ValidationError {
        issues {
          path
        }
      }
    }
  }
  ${MESSAGE}
`;

/** Adds a message to the end of its conversation, unless it is there. */
function append(cache: ApolloCache, id: string, node: Row, cursor = ''): void {
  cache.updateQuery({ query: THREAD, variables: { id } }, (thread) => {
    const messages = thread?.conversation?.messages;
    if (!thread?.conversation || !messages || messages.edges.some((edge) => edge.node.id === node.id)) return thread;
    const edges = [...messages.edges, { __typename: 'MessageEdge' as const, cursor, node }];
    return { ...thread, conversation: { ...thread.conversation, messages: { ...messages, edges } } };
  });
}

/** Follows a conversation. New messages are added; the cache itself finds, by its id, what else has changed. */
export const follow = (client: ApolloClient, id: string, after: string | null) =>
  client.subscribe({ query: FOLLOW, variables: { id, after } }).subscribe({
    next: ({ data }) => {
      if (data?.events.message) append(client.cache, id, data.events.message);
    },
  });

/**
 * Shows a message at once and sends it. Returns why the server did not take it, or null if it did. If it rejects,
 * nobody knows whether the server has the message: call it again with the same id, with which it is stored once.
 */
export async function send(client: ApolloClient, conversationId: string, text: string, id = newMessageId()) {
  const node: Row = { __typename: 'Message', id, seq: 0, text };
  const { data } = await client.mutate({
    mutation: SEND,
    variables: { input: { conversationId, id, text } },
    optimisticResponse: {
      sendMessage: { __typename: 'SendMessagePayload', messageEdge: { __typename: 'MessageEdge', cursor: '', node } },
    },
    update: (cache, { data: sent }) => {
      if (!sent || !('messageEdge' in sent.sendMessage)) return;
      const { messageEdge } = sent.sendMessage;
      append(cache, conversationId, messageEdge.node, messageEdge.cursor);
    },
  });
  if (!data) throw new Error('The server has answered without data.');
  return 'messageEdge' in data.sendMessage ? null : data.sendMessage;
}
