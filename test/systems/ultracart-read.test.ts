import { describe, expect, it } from 'vitest';
import { put } from '../domain/uploads/support/upload.js';
import {
  ConversationSummariesDocument,
  type ConversationSummariesQueryVariables,
  ConversationWithMessagesDocument,
  CreateSessionTokenDocument,
  CreateUploadDocument,
  EventCursorDocument,
  JoinConversationDocument,
  type JoinConversationInput,
  LeaveConversationDocument,
  type LeaveConversationInput,
  LiveEventsDocument,
  MarkConversationReadDocument,
  SendMessageDocument,
  type SendMessageInput,
  TeamDocument,
  UpdateMessageStatusDocument,
  ViewerDocument,
} from '../generated/operations.js';
import { connect, listen } from '../live/support/listen.js';
import { act, ask, failWith, succeed } from '../support/act.js';
import { testClock } from '../support/clock.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { unknownId } from '../support/ids.js';
import { makeChannel, makeContactConversation, makeConversation, makeUser } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import { expectType } from '../support/parley.js';
import { makeToken, signIn } from '../support/token.js';

// Far ahead: what another file's worker takes for expired, such as an upload, is removed.
const clock = testClock('2126-03-01T10:00:00.000Z');
const parley = useParley({ clock: clock.now });
const workspace = useWorkspace(parley);

type SendInput = SendMessageInput;

const get = async (id: string) => workspace.run(ConversationWithMessagesDocument, { id });
const list = async (variables: ConversationSummariesQueryVariables, by = workspace) =>
  by.run(ConversationSummariesDocument, {
    orderBy: { field: 'LAST_MESSAGE_AT', direction: 'DESC' },
    ...variables,
  });
const join = async (input: JoinConversationInput, by = workspace) => await act(by, JoinConversationDocument, input);
const leave = async (input: LeaveConversationInput, by = workspace) => await act(by, LeaveConversationDocument, input);

const createUpload = async (extension: string) => await act(workspace, CreateUploadDocument, { extension });

/** Sends a message a second later, and returns it with its time. */
async function say(input: SendInput, by = workspace) {
  const at = clock.tick();
  return { at, ...(await succeed(by, SendMessageDocument, input)).messageEdge.node };
}

/** Everyone who is or was in a conversation. */
const participants = async (id: string) => (await get(id)).conversation?.participants ?? [];

describe('getAgentWebsocketAuthorization', () => {
  it('returns the agent, a jwt and its WebSocket URL, over which the agent receives messages', async () => {
    const agent = await makeUser(workspace, 'Support Agent');
    const line = await makeChannel(workspace, { type: 'SMS', name: 'Support line', externalId: '+4930111111' });
    const conversation = await makeConversation(workspace);
    const { token, websocketUrl, expiresAt, actor } = await makeToken(workspace, { actorId: agent.id });
    expect(actor).toEqual({ __typename: 'User', id: agent.id, name: 'Support Agent' });
    expect(websocketUrl).toBe(parley.url.replace(/^http/, 'ws'));
    expect(Date.parse(expiresAt) - clock.now().getTime()).toBe(3_600_000);

    const asAgent = parley.connect({ ...workspace, apiKey: token });
    const viewer = await ask(asAgent, ViewerDocument, {});
    expect(viewer).toMatchObject({ actor: { id: agent.id }, workspace: { id: workspace.id } });
    const { channels } = await asAgent.run(TeamDocument, {});
    expect(channels.nodes.filter(({ type }) => type === 'SMS')).toMatchObject([
      { id: line.id, externalId: '+4930111111' },
    ]);

    const eventCursor = await ask(asAgent, EventCursorDocument, {});
    const socket = connect(websocketUrl, token);
    const heard = listen(socket, LiveEventsDocument, { after: eventCursor });
    const said = await say({ conversationId: conversation.id, text: 'Hello' }, asAgent);
    const results = await heard.until(2);
    heard.stop();
    await socket.dispose();
    expect(results.map(({ data }) => data?.events)).toMatchObject([
      { __typename: 'ParticipantJoined', actor: { id: agent.id } },
      { __typename: 'MessageAdded', actor: { id: agent.id }, messageId: said.id, message: { text: 'Hello' } },
    ]);
  });

  it('is for the calling agent by default, while an API key must name one', async () => {
    const agent = await makeUser(workspace);
    const asAgent = await signIn(parley, workspace, agent.id);
    expect((await makeToken(asAgent, {})).actor.id).toBe(agent.id);
    expect((await failWith(workspace, 'ValidationError', CreateSessionTokenDocument, {})).issues).toMatchObject([
      { path: ['actorId'] },
    ]);
  });
});

describe('getConversation', () => {
  it('returns conversation_uuid with its participants and messages, and all of their fields', async () => {
    const agent = await makeUser(workspace);
    const began = clock.tick();
    const { id, contact } = await makeContactConversation(workspace);
    const customer = contact?.id ?? '';
    await join({ conversationId: id, actorId: agent.id });
    const content = { type: 'image', url: 'https://media.example.com/broken.png', caption: 'It is broken.' };
    const question = await say({ conversationId: id, content, authorId: customer });
    const reply = await say({
      conversationId: id,
      text: 'We send a new one.',
      authorId: agent.id,
      clientMessageId: 'm2',
    });
    const left = clock.tick();
    await leave({ conversationId: id, actorId: agent.id });
    const participantId = (await participants(id)).find(({ actor }) => actor.id === customer)?.id ?? '';
    const input = { messageId: reply.id, participantId, status: 'SENT' } as const;
    await succeed(workspace, UpdateMessageStatusDocument, input);

    const { viewer, conversation } = await get(id);
    expect(viewer.workspace.id).toBe(workspace.id);
    expect(conversation?.id).toBe(id);
    expect(conversation?.participants).toEqual([
      {
        id: participantId,
        actor: { id: customer },
        role: 'CUSTOMER',
        name: contact?.name,
        joinedAt: began,
        leftAt: null,
        lastMessageAt: question.at,
        unreadCount: 1,
      },
      {
        id: expect.stringMatching(/^part_/),
        actor: { id: agent.id },
        role: 'AGENT',
        name: agent.name,
        joinedAt: began,
        leftAt: left,
        lastMessageAt: reply.at,
        unreadCount: 0,
      },
    ]);
    expect(nodesOf(conversation?.messages)).toEqual([
      {
        id: question.id,
        seq: 1,
        direction: 'INBOUND',
        author: { id: customer, name: contact?.name },
        text: 'It is broken.',
        content,
        status: 'DELIVERED',
        clientMessageId: null,
        createdAt: question.at,
        attachments: [],
        transportStatuses: [],
      },
      {
        id: reply.id,
        seq: 2,
        direction: 'OUTBOUND',
        author: { id: agent.id, name: agent.name },
        text: 'We send a new one.',
        content: { type: 'text', text: 'We send a new one.' },
        status: 'SENT',
        clientMessageId: 'm2',
        createdAt: reply.at,
        attachments: [],
        transportStatuses: [{ status: 'SENT', participant: { id: participantId, actor: { id: customer } } }],
      },
    ]);
  });

  it('returns null if the conversation does not exist', async () => {
    expect((await get(unknownId('Conversation'))).conversation).toBeNull();
  });
});

describe('getConversationMultimediaUploadUrl', () => {
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47]);

  it("returns a key and a url for the extension, and the stored file becomes a message's media by that key", async () => {
    const { url, key, method, headers } = expectType(await createUpload('png'), 'CreateUploadPayload');
    expect(key).toMatch(/\.png$/);
    expect((await put({ url, method, headers }, png)).status).toBe(201);
    const { id } = await makeConversation(workspace);
    await say({ conversationId: id, text: 'It is broken.', uploadKeys: [key] });
    const [message] = nodesOf((await get(id)).conversation?.messages);
    const attachment = { key, contentType: 'image/png', sizeBytes: 4, filename: null };
    expect(message).toMatchObject({ text: 'It is broken.', attachments: [attachment] });
    const media = await fetch(message?.attachments[0]?.url ?? '');
    expect(media.headers.get('content-type')).toBe('image/png');
    expect(new Uint8Array(await media.arrayBuffer())).toEqual(png);
  });

  it.each(['exe', 'html', ''])('refuses the extension %j', async (extension) => {
    const answer = expectType(await createUpload(extension), 'ValidationError');
    expect(answer.issues).toMatchObject([{ path: ['extension'] }]);
  });
});

describe('getConversations', () => {
  it('returns summaries from newest to oldest, with the most recent message and whether it was read', async () => {
    const own = await parley.newWorkspace();
    const older = await makeContactConversation(own);
    const newer = await makeContactConversation(own);
    const text = (conversationId: string, authorId = '') => ({
      conversationId,
      text: `To ${conversationId}`,
      authorId,
    });
    const first = await say(text(newer.id, newer.contact?.id), own);
    await succeed(own, MarkConversationReadDocument, { conversationId: newer.id });
    const last = await say(text(older.id, older.contact?.id), own);
    const { viewer, conversations } = await list({}, own);
    expect(viewer.workspace.id).toBe(own.id);
    expect(nodesOf(conversations)).toMatchObject([
      {
        id: older.id,
        lastMessage: { text: `To ${older.id}`, author: { id: older.contact?.id, name: older.contact?.name } },
        lastMessageAt: last.at,
        messageCount: 1,
        unreadCount: 1,
      },
      {
        id: newer.id,
        lastMessage: { text: `To ${newer.id}`, author: { id: newer.contact?.id, name: newer.contact?.name } },
        lastMessageAt: first.at,
        messageCount: 1,
        unreadCount: 0,
      },
    ]);
  });

  it('accepts _limit and _offset, and returns the contents of result_set', async () => {
    const own = await parley.newWorkspace();
    const made: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      clock.tick();
      made.unshift((await makeConversation(own)).id);
    }
    const page = async (offset: number) => {
      const { conversations } = await list({ first: 2, offset }, own);
      const { totalCount, pageInfo } = conversations;
      return { ids: nodesOf(conversations).map(({ id }) => id), totalRecords: totalCount, more: pageInfo.hasNextPage };
    };
    expect(await page(0)).toEqual({ ids: made.slice(0, 2), totalRecords: 5, more: true });
    expect(await page(2)).toEqual({ ids: made.slice(2, 4), totalRecords: 5, more: true });
    expect(await page(4)).toEqual({ ids: made.slice(4), totalRecords: 5, more: false });
    expect((await list({ first: 100, offset: 0 }, own)).conversations.edges).toHaveLength(5);
  });

  it.each([
    ['first', { first: 101 }],
    ['first', { first: 0 }],
    ['offset', { offset: -1 }],
    ['offset', { offset: 10_001 }],
  ])('refuses a %s beyond its limit instead of clamping it, such as %j', async (path, variables) => {
    const query =
      'query ($first: Int, $offset: Int) { conversations(first: $first, offset: $offset) { nodes { id } } }';
    const { body } = await workspace.post(query, variables);
    expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: [path] } }]);
  });
});
