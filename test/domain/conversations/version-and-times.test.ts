import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  AssignConversationDocument,
  CloseConversationDocument,
  JoinConversationDocument,
  LeaveConversationDocument,
  MarkConversationReadDocument,
  ReopenConversationDocument,
  SendMessageDocument,
  SnoozeConversationDocument,
  TransferConversationDocument,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { type Answer, act, succeed } from '../../support/act.js';
import { readConversation } from '../../support/conversations.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import {
  eventsOf,
  makeBot,
  makeContact,
  makeContactConversation,
  makeConversation,
  makeUser,
} from '../../support/make.js';

const START = Date.parse('2030-01-01T00:00:00.000Z');
/** What the server's clock shows; a test sets it. */
let now = new Date(START);
const at = (minutes: number) => new Date(START + minutes * 60_000).toISOString();
const setClock = (minutes: number) => {
  now = new Date(at(minutes));
};

let userId: string;
const parley = useParley({ clock: () => now });
const workspace = useWorkspace(parley);
beforeAll(async () => {
  userId = (await makeUser(workspace)).id;
});
beforeEach(() => setClock(0));

type Case = [name: string, run: (conversationId: string) => Promise<Answer>];

const until = at(100);
const raisesBoth: Case[] = [
  ['a status', (conversationId) => act(workspace, UpdateConversationDocument, { conversationId, status: 'PENDING' })],
  ['a closure', (conversationId) => act(workspace, CloseConversationDocument, { conversationId })],
  ['a snooze', (conversationId) => act(workspace, SnoozeConversationDocument, { conversationId, until })],
  ['a subject', (conversationId) => act(workspace, UpdateConversationDocument, { conversationId, subject: 'x' })],
  ['a priority', (conversationId) => act(workspace, UpdateConversationDocument, { conversationId, priority: 'LOW' })],
  ['tags', (conversationId) => act(workspace, UpdateConversationDocument, { conversationId, tags: ['x'] })],
  ['metadata', (conversationId) => act(workspace, UpdateConversationDocument, { conversationId, metadata: { x: 1 } })],
  ['a flow', (conversationId) => act(workspace, UpdateConversationDocument, { conversationId, flowId: 'x' })],
  ['a step', (conversationId) => act(workspace, UpdateConversationDocument, { conversationId, stepId: 'x' })],
  ['an end', (conversationId) => act(workspace, UpdateConversationDocument, { conversationId, expiresAt: until })],
  [
    'an assignee',
    (conversationId) => act(workspace, AssignConversationDocument, { conversationId, assigneeId: userId }),
  ],
  [
    'a transfer',
    (conversationId) => act(workspace, TransferConversationDocument, { conversationId, toAssigneeId: userId }),
  ],
];

const raisesNeither: Case[] = [
  ['a join', (conversationId) => act(workspace, JoinConversationDocument, { conversationId, actorId: userId })],
  ['a leave', (conversationId) => act(workspace, LeaveConversationDocument, { conversationId, actorId: userId })],
  ['a read', (conversationId) => act(workspace, MarkConversationReadDocument, { conversationId })],
  [
    'an equal change',
    (conversationId) =>
      act(workspace, UpdateConversationDocument, { conversationId, subject: 'Before', status: 'OPEN' }),
  ],
  [
    'the same assignee',
    (conversationId) => act(workspace, AssignConversationDocument, { conversationId, assigneeId: null }),
  ],
];

describe('version and updatedAt', () => {
  it.each(raisesBoth)('increase with %s', async (_name, run) => {
    const { id } = await makeConversation(workspace);
    setClock(1);
    await run(id);
    expect(await readConversation(workspace, id)).toMatchObject({
      version: 2,
      createdAt: at(0),
      updatedAt: at(1),
      lastInteractionAt: at(0),
    });
  });

  it.each(raisesNeither)('stay the same with %s', async (_name, run) => {
    const { id, version } = await makeContactConversation(workspace, {
      subject: 'Before',
      message: { text: 'Hello', direction: 'INBOUND' },
    });
    setClock(1);
    await run(id);
    expect(await readConversation(workspace, id)).toMatchObject({
      version,
      updatedAt: at(0),
      lastInteractionAt: at(0),
    });
  });

  it('increase once when leaving also unassigns', async () => {
    const { id } = await makeConversation(workspace, { assigneeId: userId });
    const { version } = await readConversation(workspace, id);
    setClock(1);
    await succeed(workspace, LeaveConversationDocument, { conversationId: id, actorId: userId });
    expect(await readConversation(workspace, id)).toMatchObject({ version: version + 1, updatedAt: at(1) });
  });
});

describe('a message', () => {
  it('advances updatedAt, lastMessageAt and lastInteractionAt but not version', async () => {
    const { id } = await makeConversation(workspace);
    expect(await readConversation(workspace, id)).toMatchObject({ firstMessageAt: null, lastMessageAt: null });
    setClock(1);
    await succeed(workspace, SendMessageDocument, { conversationId: id, text: 'First' });
    expect(await readConversation(workspace, id)).toMatchObject({
      version: 1,
      updatedAt: at(1),
      firstMessageAt: at(1),
      lastMessageAt: at(1),
      lastInteractionAt: at(1),
    });
    setClock(2);
    await succeed(workspace, SendMessageDocument, { conversationId: id, text: 'Second' });
    expect(await readConversation(workspace, id)).toMatchObject({
      firstMessageAt: at(1),
      lastMessageAt: at(2),
      version: 1,
    });
  });

  it('also increases version if it opens the conversation or takes over from the bot', async () => {
    const bot = await makeBot(workspace);
    const contact = await makeContact(workspace);
    const { id } = await makeConversation(workspace, { contactId: contact.id, botId: bot.id });
    await succeed(workspace, UpdateConversationDocument, { conversationId: id, status: 'PENDING' });
    await succeed(workspace, SendMessageDocument, { conversationId: id, text: 'Hello', direction: 'INBOUND' });
    expect(await readConversation(workspace, id)).toMatchObject({ version: 3, status: 'OPEN', botActive: true });
    await succeed(workspace, SendMessageDocument, { conversationId: id, text: 'I am here', authorId: userId });
    expect(await readConversation(workspace, id)).toMatchObject({ version: 4, botActive: false });
    await succeed(workspace, SendMessageDocument, { conversationId: id, text: 'Still here', authorId: userId });
    expect(await readConversation(workspace, id)).toMatchObject({ version: 4 });
  });
});

describe('touchLastInteraction', () => {
  it('advances only lastInteractionAt, and logs nothing', async () => {
    const { id } = await makeConversation(workspace);
    setClock(1);
    await succeed(workspace, UpdateConversationDocument, { conversationId: id, touchLastInteraction: true });
    expect(await readConversation(workspace, id)).toMatchObject({
      version: 1,
      updatedAt: at(0),
      lastInteractionAt: at(1),
    });
    expect(await eventsOf(workspace, id)).toHaveLength(1);
  });

  it('can be combined with a change', async () => {
    const { id } = await makeConversation(workspace);
    setClock(1);
    await succeed(workspace, UpdateConversationDocument, {
      conversationId: id,
      touchLastInteraction: true,
      subject: 'x',
    });
    expect(await readConversation(workspace, id)).toMatchObject({
      version: 2,
      updatedAt: at(1),
      lastInteractionAt: at(1),
    });
  });
});

describe('the timestamps of an action', () => {
  it('are the same in the row, in the log and in what it created', async () => {
    const { id } = await makeConversation(workspace);
    setClock(1);
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    setClock(2);
    await succeed(workspace, ReopenConversationDocument, { conversationId: id });
    const { reopening } = await readConversation(workspace, id);
    expect(reopening?.at).toBe(at(2));
    const events = await eventsOf(workspace, id);
    expect(events.map(({ occurredAt }) => occurredAt)).toEqual([at(0), at(1), at(2)]);
  });

  it('never go back, even if the clock does', async () => {
    setClock(5);
    const { id } = await makeConversation(workspace, { message: { text: 'Hello' } });
    setClock(3);
    await succeed(workspace, SendMessageDocument, { conversationId: id, text: 'Earlier?' });
    await succeed(workspace, UpdateConversationDocument, {
      conversationId: id,
      subject: 'Earlier?',
      touchLastInteraction: true,
    });
    expect(await readConversation(workspace, id)).toMatchObject({
      version: 2,
      updatedAt: at(5),
      lastMessageAt: at(5),
      lastInteractionAt: at(5),
    });
  });

  it('must be in the future for expiry and snooze, by at least a millisecond', async () => {
    const { id } = await makeConversation(workspace);
    const next = new Date(START + 1).toISOString();
    const refused = { __typename: 'ValidationError' };
    expect(await act(workspace, UpdateConversationDocument, { conversationId: id, expiresAt: at(0) })).toMatchObject(
      refused,
    );
    expect(await act(workspace, SnoozeConversationDocument, { conversationId: id, until: at(0) })).toMatchObject(
      refused,
    );
    const answer = await act(workspace, SnoozeConversationDocument, { conversationId: id, until: next });
    expect(answer).toMatchObject({ conversation: { snoozedUntil: next } });
  });
});
