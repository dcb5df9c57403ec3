import { encodeId } from '../../src/lib/ids.js';
import { inboxOf50 } from '../works/inbox.js';
import { pageOf50 } from '../works/page.js';
import type { Operation } from './operation.js';

const inTurnOf =
  (ids: readonly string[], variables: (id: string) => object) =>
  (count: number): object =>
    variables(ids[count % ids.length] ?? '');

const always = (variables: object) => () => variables;

const CONVERSATION = 'id subject status priority updatedAt';
const CONVERSATIONS = `query ($first: Int!, $filter: ConversationFilter) {
  conversations(first: $first, filter: $filter) { nodes { ${CONVERSATION} } }
}`;
const MESSAGES = `query ($first: Int!, $filter: MessageFilter) {
  messages(first: $first, filter: $filter) { nodes { id text createdAt } }
}`;
const CONTACTS = `query ($first: Int!, $search: String) {
  contacts(first: $first, search: $search) { nodes { id name email } }
}`;
const ALL_OF_A_CONVERSATION = `${CONVERSATION} externalId botActive createdAt expiresAt firstMessageAt lastInteractionAt
  lastMessageAt messageCount metadata snoozedUntil tags teamReadSeq unreadCount version`;

/** Queries of every kind of price. */
export const reads: Operation[] = [
  { name: 'viewer', query: '{ viewer { role } }', variables: () => always({}) },
  { name: 'eventCursor', query: '{ eventCursor }', variables: () => always({}) },
  {
    name: 'a conversation with all its plain fields',
    query: `query ($id: ID!) { conversation(id: $id) { ${ALL_OF_A_CONVERSATION} } }`,
    variables: ({ conversations }) => inTurnOf(conversations, (id) => ({ id })),
  },
  {
    name: 'a conversation with 50 messages, authors and attachments',
    query: pageOf50.documents.Parley,
    variables: ({ longConversations }) => inTurnOf(longConversations, (id) => ({ id })),
  },
  {
    name: '20 messages of 28 KB',
    query: 'query ($id: ID!) { conversation(id: $id) { messages(last: 20) { nodes { id text } } } }',
    variables: ({ longTexts }) => always({ id: longTexts }),
  },
  { name: 'an inbox of 50', query: inboxOf50.documents.Parley, variables: () => always({ first: 50 }) },
  { name: '100 conversations', query: CONVERSATIONS, variables: () => always({ first: 100 }) },
  { name: '1 conversation of a page', query: CONVERSATIONS, variables: () => always({ first: 1 }) },
  {
    name: '100 conversations with all their plain fields',
    query: `{ conversations(first: 100) { nodes { ${ALL_OF_A_CONVERSATION} } } }`,
    variables: () => always({}),
  },
  {
    name: '50 conversations with 10 messages each',
    query: '{ conversations(first: 50) { nodes { id messages(last: 10) { nodes { id seq text createdAt } } } } }',
    variables: () => always({}),
  },
  {
    name: '50 conversations with participants and actors',
    query: '{ conversations(first: 50) { nodes { id participants { id role actor { id name } } } } }',
    variables: () => always({}),
  },
  { name: '100 messages', query: MESSAGES, variables: () => always({ first: 100 }) },
  { name: '100 contacts', query: CONTACTS, variables: () => always({ first: 100 }) },
  {
    name: '50 prospects',
    query: '{ prospects(first: 50) { nodes { id name status } } }',
    variables: () => always({}),
  },
  {
    name: 'users, bots and channels',
    query: '{ users { nodes { id name } } bots { nodes { id name } } channels { nodes { id name } } }',
    variables: () => always({}),
  },
  {
    name: '100 events',
    query: '{ events(first: 100) { nodes { id type occurredAt conversationId } } }',
    variables: () => always({}),
  },
  {
    name: '50 events with actor and message',
    query: `{ events(first: 50) { nodes { id type actor { id name } ... on MessageAdded { seq message { id text } } } } }`,
    variables: () => always({}),
  },
  {
    name: '50 deliveries of 4 KB',
    query: `query ($id: ID!) { node(id: $id) { ... on WebhookEndpoint {
      deliveries(first: 50) { nodes { id eventType status attempts statusCode body responseBody } } } } }`,
    variables: ({ endpoint }) => always({ id: endpoint }),
  },
  {
    name: '50 nodes',
    query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
    variables: ({ messages }) => always({ ids: messages }),
  },
  {
    name: 'totalCount of conversations',
    query: '{ conversations(first: 1) { totalCount } }',
    variables: () => always({}),
  },
  {
    name: 'totalCount of open conversations',
    query: '{ conversations(first: 1, filter: { status: [OPEN] }) { totalCount } }',
    variables: () => always({}),
  },
  { name: 'totalCount of messages', query: '{ messages(first: 1) { totalCount } }', variables: () => always({}) },
  { name: 'totalCount of contacts', query: '{ contacts(first: 1) { totalCount } }', variables: () => always({}) },
  {
    name: 'totalCount of the messages of 50 conversations',
    query: '{ conversations(first: 50) { nodes { id messages(first: 1) { totalCount } } } }',
    variables: () => always({}),
  },
  { name: 'totalCount of events', query: '{ events(first: 1) { totalCount } }', variables: () => always({}) },
  {
    name: 'conversationCounts',
    query: '{ conversationCounts { open pending snoozed closed unassigned } }',
    variables: () => always({}),
  },
  {
    name: 'conversationCounts by assignee',
    query: '{ conversationCounts { open byAssignee { active assignee { ... on User { id name } } } } }',
    variables: () => always({}),
  },
  {
    name: 'conversations with a frequent word',
    query: CONVERSATIONS,
    variables: () => always({ first: 25, filter: { search: 'order' } }),
  },
  {
    name: 'conversations with rare words',
    query: CONVERSATIONS,
    variables: () => always({ first: 25, filter: { search: 'scratched feet' } }),
  },
  {
    name: 'messages with a frequent word',
    query: MESSAGES,
    variables: () => always({ first: 25, filter: { search: 'order' } }),
  },
  {
    name: 'messages with rare words',
    query: MESSAGES,
    variables: () => always({ first: 25, filter: { search: 'scratched feet' } }),
  },
  {
    name: 'contacts with a frequent name',
    query: CONTACTS,
    variables: () => always({ first: 25, search: 'Anna' }),
  },
  {
    name: 'contacts with a rare name',
    query: CONTACTS,
    variables: () => always({ first: 25, search: 'Olivia Whitfield' }),
  },
  {
    name: 'totalCount of a frequent word',
    query: 'query ($filter: MessageFilter) { messages(first: 1, filter: $filter) { totalCount } }',
    variables: () => always({ filter: { search: 'order' } }),
  },
  {
    name: 'refused as too large',
    query: `{ conversations(first: 100) { nodes { ${['a', 'b'].map((alias) => `${alias}: messages(first: 100) { nodes { id text author { id name } } }`).join(' ')} } } }`,
    variables: () => always({}),
    contains: 'QUERY_TOO_COMPLEX',
  },
];

export const publicIds = (ids: readonly string[]) => ids.map((id) => encodeId('Conversation', id));
