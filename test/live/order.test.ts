import { type FormattedExecutionResult, print } from 'graphql';
import type { Client } from 'graphql-ws';
import { uuidv7 } from 'uuidv7';
import { expect, it, onTestFinished } from 'vitest';
import { encodeId } from '../../src/lib/ids.js';
import {
  AssignConversationDocument,
  CloseConversationDocument,
  CreateConversationDocument,
  SendMessageDocument,
} from '../generated/operations.js';
import { messagesOf, readConversation } from '../support/conversations.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { holdMessages, untilWaiting } from '../support/held-messages.js';
import { eventsOf, makeConversation, makeUser } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { connect, eventually, listen } from './support/listen.js';
import { rawSocket } from './support/raw-socket.js';

const database = useScratchDatabase();
const parley = useParley({ databaseUrl: database.url });
const workspace = useWorkspace(parley);

const SEND = `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { ... on SendMessagePayload { cursor } } }`;
const textsIn = async (id: string) => nodesOf(await messagesOf(workspace, id)).map(({ text }) => text);

function openClient(): Client {
  const client = connect(parley.url, workspace.apiKey);
  onTestFinished(() => client.dispose());
  return client;
}

/** Sends an operation at once, and answers its only result. */
function send(
  client: Client,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<FormattedExecutionResult> {
  return new Promise((resolve, reject) => {
    client.subscribe({ query, variables }, { next: resolve, error: reject, complete: () => undefined });
  });
}

it('messages that a client sends over a socket without waiting for answers are stored in the order sent', async () => {
  const { id: conversationId } = await makeConversation(workspace);
  const client = openClient();
  const texts = Array.from({ length: 30 }, (_, index) => `Message ${index}`);
  await Promise.all(texts.map((text) => send(client, SEND, { input: { conversationId, text } })));
  expect(await textsIn(conversationId)).toEqual(texts);
});

it('conversations that are created, written into, assigned and closed in one go end as if one had waited', async () => {
  const client = openClient();
  const { id: assigneeId } = await makeUser(workspace);
  const ids = Array.from({ length: 8 }, () => encodeId('Conversation', uuidv7()));
  const queue = ids.flatMap((conversationId) => [
    send(client, print(CreateConversationDocument), { input: { id: conversationId } }),
    send(client, print(SendMessageDocument), { input: { conversationId, text: 'Hello' } }),
    send(client, print(AssignConversationDocument), { input: { conversationId, assigneeId } }),
    send(client, print(CloseConversationDocument), { input: { conversationId } }),
  ]);
  const names = (await Promise.all(queue)).map(({ data }) => JSON.stringify(data).match(/"__typename":"(\w+)"/)?.[1]);
  const payloads = ['CreateConversation', 'SendMessage', 'AssignConversation', 'CloseConversation'];
  expect(names).toEqual(ids.flatMap(() => payloads.map((name) => `${name}Payload`)));
  for (const id of ids) {
    const types = (await eventsOf(workspace, id)).map(({ type }) => type).filter((type) => !type.startsWith('part'));
    expect(types).toEqual(['created', 'added', 'assigned', 'closed'].map((end) => expect.stringContaining(end)));
    expect(await readConversation(workspace, id)).toMatchObject({ status: 'CLOSED', assignee: { id: assigneeId } });
  }
});

it('queries and subscriptions do not wait for the mutations before them, and mutations of other sockets neither', async () => {
  const { id: conversationId } = await makeConversation(workspace);
  const [client, other] = [openClient(), openClient()];
  const goOn = await holdMessages(database.url);
  const sent = ['One', 'Two'].map((text) => send(client, SEND, { input: { conversationId, text } }));
  await untilWaiting(database, 1);
  expect(await send(client, '{ __typename }')).toEqual({ data: { __typename: 'Query' } });
  const create = 'mutation { createContact(input: { name: "Carla" }) { __typename } }';
  const heard = listen(client, 'subscription { changes { __typename } }', {});
  await eventually(async () => {
    expect(await send(other, create)).toEqual({ data: { createContact: { __typename: 'CreateContactPayload' } } });
    return heard.results.length > 0;
  }, 'a change');
  await goOn();
  await Promise.all(sent);
  expect(await textsIn(conversationId)).toEqual(['One', 'Two']);
  heard.stop();
});

it('a mutation that fails, is refused, or is completed by the client while it waits does not keep those after it', async () => {
  const { id: conversationId } = await makeConversation(workspace);
  const socket = await rawSocket(parley.url, workspace.apiKey);
  onTestFinished(() => socket.socket.terminate());
  await socket.init();
  const subscribe = (id: string, query: string, text?: string) =>
    socket.say({ type: 'subscribe', id, payload: { query, variables: { input: { conversationId, text } } } });
  const goOn = await holdMessages(database.url);
  subscribe('1', SEND, 'One');
  subscribe('2', 'mutation { nonsense }');
  subscribe('3', SEND);
  subscribe('4', SEND, 'Completed');
  subscribe('5', SEND, 'Five');
  await untilWaiting(database, 1);
  socket.say({ type: 'complete', id: '4' });
  socket.say({ type: 'subscribe', id: '6', payload: { query: '{ __typename }' } });
  await eventually(() => socket.frames.some(({ id, type }) => id === '6' && type === 'complete'), 'a query');
  expect(socket.frames.filter(({ id }) => id === '5')).toEqual([]);
  await goOn();
  await eventually(() => socket.frames.some(({ id, type }) => id === '5' && type === 'complete'), 'the last one');
  expect(await textsIn(conversationId)).toEqual(['One', 'Completed', 'Five']);
});
