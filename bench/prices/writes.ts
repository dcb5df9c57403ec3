import type { Operation } from './operation.js';

const AT_ONCE = 100;
const TEXT = 'Your parcel has left the depot, and comes tomorrow between nine and noon.';

/** A mutation as a document of one field, which says whether it succeeded. */
const mutation = (name: string, selection: string) => {
  const Name = name.charAt(0).toUpperCase() + name.slice(1);
  return `mutation ($input: ${Name}Input!) {
    ${name}(input: $input) { __typename ... on ${Name}Payload { ${selection} } ... on Error { message } }
  }`;
};

/** One after another; `round` is how often all of them have had their turn. */
const inRounds =
  (length: number, variables: (index: number, round: number) => object) =>
  (count: number): object =>
    variables(count % length, Math.floor(count / length));

/** Mutations of every kind of price. None of them runs out of rows, however often it is done. */
export const writes: Operation[] = [
  {
    name: 'createContact',
    query: mutation('createContact', 'contact { id name }'),
    variables: () => (count) => ({ input: { name: `Contact ${count}` } }),
    contains: 'CreateContactPayload',
  },
  {
    name: 'createConversation',
    query: mutation('createConversation', 'conversation { id }'),
    variables: () => () => ({ input: {} }),
    contains: 'CreateConversationPayload',
  },
  {
    name: 'sendMessage',
    query: mutation('sendMessage', 'messageEdge { node { id seq } }'),
    variables: ({ conversations }) =>
      inRounds(conversations.length, (index) => ({ input: { conversationId: conversations[index], text: TEXT } })),
    contains: 'SendMessagePayload',
  },
  {
    name: 'setTyping',
    query: mutation('setTyping', 'typing'),
    variables: ({ conversations, users }) =>
      inRounds(conversations.length, (index) => ({
        input: { conversationId: conversations[index], actorId: users[0], typing: true },
      })),
    contains: 'SetTypingPayload',
  },
  {
    name: 'updateConversation',
    query: mutation('updateConversation', 'conversation { id version }'),
    variables: ({ conversations }) =>
      inRounds(conversations.length, (index, round) => ({
        input: { conversationId: conversations[index], subject: `Subject ${round}` },
      })),
    contains: 'UpdateConversationPayload',
  },
  {
    name: 'assignConversation',
    query: mutation('assignConversation', 'conversation { id version }'),
    variables: ({ conversations, users }) =>
      inRounds(conversations.length, (index, round) => ({
        input: { conversationId: conversations[index], assigneeId: users[round % users.length] },
      })),
    contains: 'AssignConversationPayload',
  },
  {
    name: 'closeConversation, and reopenConversation',
    query: `mutation ($id: ID!) {
      closeConversation(input: { conversationId: $id }) { __typename ... on Error { message } }
      reopenConversation(input: { conversationId: $id }) { __typename ... on Error { message } }
    }`,
    variables: ({ conversations }) => inRounds(conversations.length, (index) => ({ id: conversations[index] })),
    contains: 'ReopenConversationPayload',
  },
  {
    name: 'assignConversations of 100',
    query: mutation('assignConversations', 'assignedCount results { id conversation { id version } error { code } }'),
    variables: ({ conversations, users }) =>
      inRounds(conversations.length / AT_ONCE, (index, round) => ({
        input: {
          conversationIds: conversations.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
          assigneeId: users[round % users.length],
        },
      })),
    contains: `"assignedCount":${AT_ONCE}`,
  },
  {
    name: 'tagConversations of 100',
    query: mutation('tagConversations', 'taggedCount'),
    variables: ({ conversations }) =>
      inRounds(conversations.length / AT_ONCE, (index, round) => ({
        input: {
          conversationIds: conversations.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
          [round % 2 === 0 ? 'add' : 'remove']: ['vip'],
        },
      })),
    contains: 'TagConversationsPayload',
  },
];
