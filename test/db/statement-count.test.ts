import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import {
  ConversationPageDocument,
  CreateWebhookEndpointDocument,
  InboxDocument,
  SendMessageDocument,
  SendTestWebhookDocument,
} from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { useParley } from '../support/fixtures.js';
import { makeBot, makeChannel, makeConversation, makeUser } from '../support/make.js';
import type { TestWorkspace } from '../support/parley.js';

let statements: string[] = [];
const parley = useParley({ onStatement: (sql) => statements.push(sql) });

type Answer = { data: Record<string, unknown>; statements: number };

/** Runs an operation and counts its SQL statements, that of the authentication included. */
async function request({ post }: TestWorkspace, query: string, variables: object = {}, key?: string): Promise<Answer> {
  // The first use of a key in a minute is written down.
  await post('{ __typename }', {}, key);
  statements = [];
  const { body } = await post(query, variables, key);
  if (body.errors || !body.data) throw new Error(JSON.stringify(body.errors));
  return { data: body.data, statements: statements.length };
}

async function makeTeam(workspace: TestWorkspace) {
  const [ada, grace] = [await makeUser(workspace, 'Ada'), await makeUser(workspace, 'Grace')];
  const bot = await makeBot(workspace);
  const channels = await Promise.all(['Website', 'App', 'Shop'].map((name) => makeChannel(workspace, { name })));
  return { ada, grace, bot, channels };
}

/** Conversations of a contact each, assigned to a user or a bot, with another user in them and a message. */
async function makeConversations(
  workspace: TestWorkspace,
  { ada, grace, bot, channels }: Awaited<ReturnType<typeof makeTeam>>,
  from: number,
  to: number,
): Promise<string[]> {
  const numbers = Array.from({ length: to - from }, (_, index) => from + index);
  const made = await Promise.all(
    numbers.map((number) =>
      makeConversation(workspace, {
        channelId: channels[number % channels.length]?.id ?? null,
        contact: { email: `customer-${number}@example.com` },
        assigneeId: number % 2 === 0 ? bot.id : ada.id,
        participantIds: [grace.id],
        message: { text: `Hello ${number}`, direction: 'INBOUND' },
      }),
    ),
  );
  return made.map(({ id }) => id);
}

const inbox = print(InboxDocument);
const page = print(ConversationPageDocument);

describe('the inbox', () => {
  const withActors = `{
    conversations(first: 50) {
      nodes {
        owner { id } bot { id name } closure { by { name } } assignment { by { id } }
        contact { name } channel { name } assignee { ... on User { email } ... on Bot { name } }
        lastMessage { text author { name } }
        participants { role name actor { id name } }
        unreadCount
      }
    }
  }`;

  it('takes 2 SQL statements, and with closures and assignments at most 7, for 1 conversation as for 50', async () => {
    const workspace = await parley.newWorkspace();
    const team = await makeTeam(workspace);
    for (const [from, to] of [
      [0, 1],
      [1, 50],
    ] as const) {
      await makeConversations(workspace, team, from, to);
      const byKey = await request(workspace, inbox);
      expect(byKey.data).toMatchObject({ conversations: { edges: { length: to } } });
      expect(byKey.statements).toBe(2);
      expect((await request(workspace, inbox, {}, team.bot.apiKey)).statements).toBe(2);
      // Who closed or assigned a conversation is left to the resolvers. A bot has its own read position in each.
      expect((await request(workspace, withActors, {}, team.bot.apiKey)).statements).toBe(7);
      expect((await request(workspace, withActors)).statements).toBe(6);
    }
  });
});

describe('a conversation with a page of messages', () => {
  it('takes 2 SQL statements for 1 message as for 50, whoever wrote them', async () => {
    const workspace = await parley.newWorkspace();
    const team = await makeTeam(workspace);
    const [id = ''] = await makeConversations(workspace, team, 0, 1);
    expect((await request(workspace, page, { id })).statements).toBe(2);
    const authors = [{ direction: 'INBOUND' }, { authorId: team.bot.id }, { authorId: team.ada.id }, {}] as const;
    for (let seq = 2; seq <= 50; seq += 1) {
      await succeed(workspace, SendMessageDocument, {
        conversationId: id,
        text: `Message ${seq}`,
        ...authors[seq % authors.length],
      });
    }
    const { data, statements } = await request(workspace, page, { id });
    expect(data).toMatchObject({ conversation: { messages: { edges: { length: 50 } } } });
    expect(statements).toBe(2);
    expect((await request(workspace, page, { id }, team.bot.apiKey)).statements).toBe(2);
  });
});

describe('the webhook endpoints', () => {
  it('take 5 SQL statements with their deliveries and events, for 1 endpoint as for 50', async () => {
    const workspace = await parley.newWorkspace();
    const query = `{
      webhookEndpoints(first: 50) {
        nodes { url deliveries(first: 5) { totalCount nodes { status event { type } webhookEndpoint { id } } } }
      }
    }`;
    for (const [from, to] of [
      [0, 1],
      [1, 50],
    ] as const) {
      for (let number = from; number < to; number += 1) {
        const { webhookEndpoint } = await succeed(workspace, CreateWebhookEndpointDocument, {
          url: `https://example.com/${number}`,
          events: ['*'],
        });
        await succeed(workspace, SendTestWebhookDocument, { endpointId: webhookEndpoint.id });
      }
      const { data, statements } = await request(workspace, query);
      expect(data).toMatchObject({ webhookEndpoints: { nodes: { length: to } } });
      expect(statements).toBe(5);
    }
  });
});

describe('nested lists', () => {
  // One list at the bottom at a time: of two, it would depend on their timing whether what they need is loaded together.
  const below = (selection: string) =>
    `{ contacts(first: 40) { totalCount nodes { name conversations(first: 5) { totalCount nodes { ${selection} } } } } }`;
  const nested = [
    below('messages(last: 5) { totalCount nodes { text author { name } conversation { id } } }'),
    below('events(first: 10) { totalCount nodes { type actor { name } conversation { id } } }'),
    below('participants(includeLeft: true) { actor { name } } transfers { by { id } }'),
  ];
  const nodes = `query ($ids: [ID!]!) {
    nodes(ids: $ids) { ... on Conversation { subject contact { name } messages(first: 2) { nodes { text } } } }
  }`;

  it('take the same number of SQL statements for 1 parent row as for many', async () => {
    const workspace = await parley.newWorkspace();
    const team = await makeTeam(workspace);
    const [first = ''] = await makeConversations(workspace, team, 0, 1);
    const askAll = async () => {
      const answers: Answer[] = [];
      for (const query of nested) answers.push(await request(workspace, query));
      return answers;
    };
    const one = { nested: await askAll(), nodes: await request(workspace, nodes, { ids: [first] }) };
    const ids = [first, ...(await makeConversations(workspace, team, 1, 20))];
    const many = { nested: await askAll(), nodes: await request(workspace, nodes, { ids }) };
    for (const { data } of many.nested) {
      expect(data).toMatchObject({ contacts: { totalCount: 20, nodes: { length: 20 } } });
    }
    expect(many.nested.map(({ statements: count }) => count)).toEqual(one.nested.map(({ statements: count }) => count));
    expect(many.nodes.data).toMatchObject({ nodes: { length: 20 } });
    // Authentication, conversations, contacts and messages.
    expect([one.nodes.statements, many.nodes.statements]).toEqual([4, 4]);
  });

  it('take no statement for a page or count that is not selected', async () => {
    const workspace = await parley.newWorkspace();
    await makeConversations(workspace, await makeTeam(workspace), 0, 3);
    expect((await request(workspace, '{ conversations { nodes { id contact { __typename } } } }')).statements).toBe(2);
    expect((await request(workspace, '{ conversations { nodes { id subject } } }')).statements).toBe(2);
    expect((await request(workspace, '{ conversations { totalCount nodes { id } } }')).statements).toBe(3);
  });
});
