import { type Client, gql } from '@urql/core';
import type { Cache } from '@urql/exchange-graphcache';
import { newMessageId } from './message-id.js';

/** A message as it is shown; its `seq` is 0 until the server has accepted it. */
type Row = { __typename: 'Message'; id: string; seq: number; text: string | null };
type Edge = { __typename: 'MessageEdge'; node: Row };
type Page = { edges: Edge[]; pageInfo: { hasPreviousPage: boolean; startCursor: string | null } };
export type Thread = { eventCursor: string; conversation: { messages: Page } | null };
type Variables = { id: string; before?: string };

const MESSAGE = gql`
  fragment Row on Message {
    id
    seq
    text
  }
`;

/** The newest page; with `before`, the page before that. */
export const THREAD = gql<Thread, Variables>`
  query Thread($id: ID!, $before: String) {
    eventCursor
    conversation(id: $id) {
      id
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
  ${MESSAGE}
`;

type Followed = { events: { conversationId: string; message?: Row | null } };

/** Pass the `eventCursor` of the thread as `after`, or null to load the thread again. */
export const FOLLOW = gql<Followed, { id: string; after: string | null }>`
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
type Input = { conversationId: string; id: string; text: string };

const SEND = gql<Sent, { input: Input }>`
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

/**
 * Shows a message at once and sends it. Returns why the server did not take it, or null if it did. If it rejects,
 * nobody knows whether the server has the message: call it again with the same id, with which it is stored once.
 */
export async function send(client: Client, conversationId: string, text: string, id = newMessageId()) {
  const { data, error } = await client.mutation(SEND, { input: { conversationId, id, text } });
  if (!data) throw error;
  return 'messageEdge' in data.sendMessage ? null : data.sendMessage;
}

/** Adds a message to the end of its conversation, unless it is there. */
function append(cache: Cache, conversationId: string, node: Row): void {
  cache.updateQuery({ query: THREAD, variables: { id: conversationId } }, (thread) => {
    const edges = thread?.conversation?.messages.edges;
    if (edges?.every((edge) => edge.node.id !== node.id)) edges.push({ __typename: 'MessageEdge', node });
    return thread;
  });
}

/** For the cache: what a mutation and an event add. The cache itself finds, by its id, what they change. */
export const updates = {
  Mutation: {
    sendMessage: ({ sendMessage }: Sent, { input }: { input: Input }, cache: Cache) => {
      if ('messageEdge' in sendMessage) append(cache, input.conversationId, sendMessage.messageEdge.node);
    },
  },
  Subscription: {
    events: ({ events: { conversationId, message } }: Followed, _: unknown, cache: Cache) => {
      if (message) append(cache, conversationId, message);
    },
  },
};

/** For the cache: what a mutation answers as long as the server has not. */
export const optimistic = {
  sendMessage: ({ input: { id, text } }: { input: Input }) => {
    const node: Row = { __typename: 'Message', id, seq: 0, text };
    return { __typename: 'SendMessagePayload', messageEdge: { __typename: 'MessageEdge', node } };
  },
};
