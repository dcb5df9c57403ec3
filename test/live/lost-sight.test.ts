import { createClient as createSseClient } from 'graphql-sse';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  AssignConversationDocument,
  ConversationDocument,
  DeleteConversationDocument,
  EventCursorDocument,
  EventsDocument,
  JoinConversationDocument,
  LeaveConversationDocument,
  LiveEventsDocument,
  type LiveEventsSubscriptionVariables,
} from '../generated/operations.js';
import { ask, succeed } from '../support/act.js';
import { say } from '../support/conversations.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeBot, makeConversation, makeUser } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import type { TestWorkspace } from '../support/parley.js';
import { signIn } from '../support/token.js';
import { follow } from './support/follow.js';
import { connect, eventually, listen } from './support/listen.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

const cursorOf = (client: TestWorkspace) => ask(client, EventCursorDocument, {});

const callers: [kind: string, make: () => Promise<{ actorId: string; client: TestWorkspace }>][] = [
  [
    'an agent',
    async () => {
      const { id } = await makeUser(workspace, 'Anna Agent', { role: 'AGENT' });
      return { actorId: id, client: await signIn(parley, workspace, id) };
    },
  ],
  [
    'a bot',
    async () => {
      const { id, apiKey } = await makeBot(workspace);
      return { actorId: id, client: parley.connect({ id: workspace.id, apiKey }) };
    },
  ],
];

describe.each(callers)('%s who is taken out of a conversation that another user owns', (_kind, make) => {
  let actorId: string;
  let client: TestWorkspace;
  let ownerId: string;
  let conversationId: string;
  beforeEach(async () => {
    ({ actorId, client } = await make());
    ownerId = (await makeUser(workspace, 'Olga Owner')).id;
    conversationId = (await makeConversation(workspace, { ownerId, subject: 'Hers', participantIds: [actorId] })).id;
  });

  const remove = () => succeed(workspace, LeaveConversationDocument, { conversationId, actorId });

  function hear(variables: LiveEventsSubscriptionVariables) {
    const socket = connect(parley.url, client.apiKey);
    onTestFinished(() => socket.dispose());
    return listen(socket, LiveEventsDocument, variables);
  }

  const farewell = () => ({ type: 'participant.left', conversationId, participant: null });

  it('gets that as the last event of the conversation, and those of others still', async () => {
    const other = await makeConversation(workspace);
    const heard = hear({ after: await cursorOf(client) });
    await say(workspace, conversationId, { text: 'Still here' });
    await heard.until(1);
    await remove();
    await say(workspace, conversationId, { text: 'Secret' });
    await say(workspace, other.id, { text: 'Open' });
    const results = await heard.until(3);
    expect(results.map(({ data }) => [data?.events.type, data?.events.conversationId])).toEqual([
      ['message.added', conversationId],
      ['participant.left', conversationId],
      ['message.added', other.id],
    ]);
    expect(results[1]?.data?.events).toMatchObject(farewell());
    expect(await ask(client, ConversationDocument, { id: conversationId })).toBeNull();
  });

  it('gets that as the last event of a subscription to the conversation, which ends', async () => {
    const heard = hear({ after: await cursorOf(client), conversationId });
    await say(workspace, conversationId, { text: 'Still here' });
    await heard.until(1);
    await remove();
    expect(await heard.ended).toBeNull();
    expect(heard.results[1]?.data?.events).toMatchObject(farewell());
    expect(heard.results[1]?.extensions).toEqual({ cursor: heard.results[1]?.data?.events.cursor });
    expect(heard.results).toHaveLength(2);
  });

  it('sees a subscription to the conversation end that asks for other events only', async () => {
    const heard = hear({ after: await cursorOf(client), conversationId, types: ['message.added'] });
    await say(workspace, conversationId, { text: 'Still here' });
    await heard.until(1);
    await remove();
    expect(await heard.ended).toBeNull();
    expect(heard.results).toHaveLength(1);
  });

  it('gets the deletion of the conversation as its last event, also when it was away', async () => {
    const after = await cursorOf(client);
    const heard = hear({ after, conversationId });
    await succeed(workspace, DeleteConversationDocument, { conversationId });
    expect(await heard.ended).toBeNull();
    const last = heard.results.at(-1)?.data?.events;
    expect(last).toMatchObject({ type: 'conversation.deleted', conversationId });
    const page = await ask(client, EventsDocument, { first: 50, after });
    expect(nodesOf(page).map(({ type }) => type)).toContain('conversation.deleted');
    const resumed = hear({ after });
    const [first] = await resumed.until(1);
    expect(first?.data?.events.type).toBe('conversation.deleted');
  });

  it('gets it over Server-Sent Events too', async () => {
    const headers = { Authorization: `Bearer ${client.apiKey}` };
    const sse = createSseClient({ url: parley.url, headers, retryAttempts: 0 });
    onTestFinished(() => sse.dispose());
    const after = await cursorOf(client);
    const query =
      'subscription ($id: ID!, $after: String) { events(conversationId: $id, after: $after) { type conversation { id } } }';
    const events: unknown[] = [];
    const ended = new Promise((resolve) => {
      sse.subscribe<{ events: unknown }>(
        { query, variables: { id: conversationId, after } },
        { next: ({ data }) => events.push(data?.events), error: resolve, complete: () => resolve('complete') },
      );
    });
    await remove();
    expect(await ended).toBe('complete');
    expect(events).toEqual([{ type: 'participant.left', conversation: null }]);
  });

  it('gets it after a break too, and once', async () => {
    const after = await cursorOf(client);
    await remove();
    await say(workspace, conversationId, { text: 'Secret' });
    const heard = hear({ after, conversationId });
    expect(await heard.ended).toBeNull();
    expect(heard.results.map(({ data }) => data?.events)).toMatchObject([farewell()]);
    const again = hear({ after: heard.results[0]?.data?.events.cursor, conversationId });
    expect((await again.until(1))[0]?.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    const polled = await ask(client, EventsDocument, { after });
    expect(nodesOf(polled)).toMatchObject([farewell()]);
    const resuming = follow(client, parley, { after, conversationId });
    await eventually(() => resuming.ends.length > 0, 'the end');
    expect(resuming.events).toMatchObject([farewell()]);
    expect(JSON.stringify(resuming.ends)).toContain('NOT_FOUND');
  });

  it('continues after coming back at once', async () => {
    const heard = hear({ after: await cursorOf(client), conversationId });
    await remove();
    await heard.ended;
    await succeed(workspace, JoinConversationDocument, { conversationId, actorId });
    const back = hear({ after: heard.results[0]?.data?.events.cursor, conversationId });
    await say(workspace, conversationId, { text: 'Welcome back' });
    expect((await back.until(2)).map(({ data }) => data?.events.type)).toEqual(['participant.joined', 'message.added']);
    back.stop();
  });

  it('learns nothing of the departures of others', async () => {
    const after = await cursorOf(client);
    const { id: third } = await makeUser(workspace, 'Theo Third');
    await succeed(workspace, JoinConversationDocument, { conversationId, actorId: third });
    await remove();
    await succeed(workspace, LeaveConversationDocument, { conversationId, actorId: third });
    await succeed(workspace, AssignConversationDocument, { conversationId, assigneeId: ownerId });
    const events = await ask(client, EventsDocument, { after });
    expect(nodesOf(events)).toMatchObject([farewell()]);
  });
});

it('an agent who leaves a conversation that nobody owns goes on receiving its events', async () => {
  const { id } = await makeUser(workspace, 'Anna Agent', { role: 'AGENT' });
  const client = await signIn(parley, workspace, id);
  const conversation = await makeConversation(workspace, { participantIds: [id] });
  const socket = connect(parley.url, client.apiKey);
  onTestFinished(() => socket.dispose());
  const heard = listen(socket, LiveEventsDocument, { after: await cursorOf(client), conversationId: conversation.id });
  await succeed(workspace, LeaveConversationDocument, { conversationId: conversation.id, actorId: id });
  await say(workspace, conversation.id, { text: 'For all' });
  expect((await heard.until(2)).map(({ data }) => data?.events.type)).toEqual(['participant.left', 'message.added']);
});
