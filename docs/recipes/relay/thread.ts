import {
  ConnectionHandler,
  commitMutation,
  createOperationDescriptor,
  type Environment,
  fetchQuery,
  getRequest,
  graphql,
  requestSubscription,
} from 'relay-runtime';
import { observeFragment } from 'relay-runtime/experimental.js';
import { newMessageId } from '../message-id.js';
import type { thread_conversation$data, thread_conversation$key } from './generated/thread_conversation.graphql.js';
import type { threadFollowSubscription } from './generated/threadFollowSubscription.graphql.js';
import PaginationQuery, { type threadPaginationQuery } from './generated/threadPaginationQuery.graphql.js';
import type { threadQuery } from './generated/threadQuery.graphql.js';
import type { threadSendMutation } from './generated/threadSendMutation.graphql.js';

graphql`
  fragment thread_row on Message {
    id
    seq
    text
  }
`;

/** The newest page of messages, to which `threadPaginationQuery` adds those before. */
const CONVERSATION = graphql`
  fragment thread_conversation on Conversation
  @refetchable(queryName: "threadPaginationQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, before: { type: "String" }) {
    id
    messages(last: $count, before: $before) @connection(key: "thread_messages") {
      edges {
        node {
          ...thread_row @relay(mask: false)
        }
      }
      pageInfo {
        hasPreviousPage
        startCursor
      }
    }
  }
`;

export const THREAD = graphql`
  query threadQuery($id: ID!) {
    eventCursor
    conversation(id: $id) {
      ...thread_conversation
    }
  }
`;

const SEND = graphql`
  mutation threadSendMutation($input: SendMessageInput!, $connections: [ID!]!) {
    sendMessage(input: $input) {
      __typename
      ... on SendMessagePayload {
        messageEdge @appendEdge(connections: $connections) {
          cursor
          node {
            ...thread_row
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
`;

const FOLLOW = graphql`
  subscription threadFollowSubscription($id: ID!, $after: String, $connections: [ID!]!) {
    events(conversationId: $id, after: $after) {
      conversation {
        id
        status
        unreadCount
      }
      ... on ConversationDeleted {
        conversationId @deleteRecord
      }
      ... on MessageAdded {
        message @appendNode(connections: $connections, edgeTypeName: "MessageEdge") {
          ...thread_row
        }
      }
      ... on MessageUpdated {
        message {
          ...thread_row
        }
      }
    }
  }
`;

/** The list of messages in the store, by the `key` of its `@connection`. */
const connectionOf = (conversationId: string) => ConnectionHandler.getConnectionID(conversationId, 'thread_messages');

/**
 * Shows a conversation as it is in the store, null once it is deleted. In React, `useLazyLoadQuery` and
 * `usePaginationFragment` do the same.
 */
export async function watch(environment: Environment, id: string, show: (thread: thread_conversation$data) => void) {
  // What is not retained may be collected.
  environment.retain(createOperationDescriptor(getRequest(THREAD), { id }));
  const loaded = await fetchQuery<threadQuery>(environment, THREAD, { id }).toPromise();
  if (!loaded?.conversation) throw new Error('There is no such conversation.');
  const key: thread_conversation$key = loaded.conversation;
  observeFragment(environment, CONVERSATION, key).subscribe({
    next: (thread) => {
      if (thread.state === 'ok') show(thread.value);
    },
  });
  return loaded.eventCursor;
}

/** Follows a conversation from the `eventCursor` of the thread, or, with null, loads it again first. */
export const follow = (environment: Environment, id: string, after: string | null, fail: (reason: Error) => void) =>
  requestSubscription<threadFollowSubscription>(environment, {
    subscription: FOLLOW,
    variables: { id, after, connections: [connectionOf(id)] },
    onError: fail,
  });

/** Adds the page before the messages that are there. */
export const loadOlder = (environment: Environment, id: string, before: string) =>
  fetchQuery<threadPaginationQuery>(environment, PaginationQuery, { id, before }).toPromise();

/**
 * Shows a message at once and sends it. Returns why the server did not take it, or null if it did. If it rejects,
 * nobody knows whether the server has the message: call it again with the same id, with which it is stored once.
 */
export const send = (environment: Environment, conversationId: string, text: string, id = newMessageId()) =>
  new Promise<threadSendMutation['response']['sendMessage'] | null>((resolve, reject) => {
    commitMutation<threadSendMutation>(environment, {
      mutation: SEND,
      variables: { input: { conversationId, id, text }, connections: [connectionOf(conversationId)] },
      // Not an `optimisticResponse`, of which Relay would ask for the fields of errors, too.
      optimisticUpdater: (store) => {
        // Its `seq` is 0 until the server has accepted it.
        const message = store.get(id) ?? store.create(id, 'Message');
        message.setValue(id, 'id').setValue(0, 'seq').setValue(text, 'text');
        const messages = store.get(connectionOf(conversationId));
        if (!messages) return;
        const edge = ConnectionHandler.createEdge(store, messages, message, 'MessageEdge');
        ConnectionHandler.insertEdgeAfter(messages, edge);
      },
      onCompleted: ({ sendMessage }) => resolve(sendMessage.__typename === 'SendMessagePayload' ? null : sendMessage),
      onError: reject,
    });
  });
