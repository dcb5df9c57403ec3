import { beforeAll, describe, expect, it } from 'vitest';
import {
  AssignConversationDocument,
  CloseConversationDocument,
  DeleteConversationDocument,
  JoinConversationDocument,
  LeaveConversationDocument,
  ReopenConversationDocument,
  SnoozeConversationDocument,
  TransferConversationDocument,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { type Answer, act, succeed } from '../../support/act.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { unknownId } from '../../support/ids.js';
import { makeConversation, makeUser } from '../../support/make.js';
import { snapshot } from './support/history.js';

let userId: string;
const parley = useParley();
const workspace = useWorkspace(parley);
beforeAll(async () => {
  userId = (await makeUser(workspace)).id;
});

const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString();

type Target = { conversationId: string; expectedVersion?: number };
type Mutation = [name: string, (target: Target) => Promise<Answer>];

const versioned: Mutation[] = [
  ['updateConversation', (target) => act(workspace, UpdateConversationDocument, { ...target, subject: 'Changed' })],
  [
    'updateConversation(status)',
    (target) => act(workspace, UpdateConversationDocument, { ...target, status: 'PENDING' }),
  ],
  ['closeConversation', (target) => act(workspace, CloseConversationDocument, { ...target, reason: 'Done' })],
  ['snoozeConversation', (target) => act(workspace, SnoozeConversationDocument, { ...target, until: tomorrow() })],
  ['assignConversation', (target) => act(workspace, AssignConversationDocument, { ...target, assigneeId: userId })],
  [
    'transferConversation',
    (target) => act(workspace, TransferConversationDocument, { ...target, toAssigneeId: userId }),
  ],
];

const all: Mutation[] = [
  ...versioned,
  ['reopenConversation', (target) => act(workspace, ReopenConversationDocument, target)],
  [
    'joinConversation',
    ({ conversationId }) => act(workspace, JoinConversationDocument, { conversationId, actorId: userId }),
  ],
  [
    'leaveConversation',
    ({ conversationId }) => act(workspace, LeaveConversationDocument, { conversationId, actorId: userId }),
  ],
  ['deleteConversation', ({ conversationId }) => act(workspace, DeleteConversationDocument, { conversationId })],
];

describe('the conversation named by a mutation', () => {
  it.each(all)('is not found by %s, whether unknown or of another workspace', async (_name, run) => {
    const other = await parley.newWorkspace();
    const foreign = await makeConversation(other, { subject: 'Theirs' });
    const before = await snapshot(other, foreign.id);
    for (const conversationId of [unknownId('Conversation'), foreign.id]) {
      expect(await run({ conversationId })).toEqual({
        __typename: 'NotFoundError',
        code: 'NOT_FOUND',
        message: 'No such conversation. Check the id and the workspace of your key or token.',
        id: conversationId,
      });
    }
    expect(await snapshot(other, foreign.id)).toEqual(before);
  });

  it.each(all)('is refused by %s if the id is malformed or of another type', async (_name, run) => {
    for (const conversationId of ['', 'conv_', 'conv_8zzzzzzzzzzzzzzzzzzzzzzzzz', unknownId('Message'), '  ']) {
      expect(await run({ conversationId })).toMatchObject({
        __typename: 'ValidationError',
        issues: [{ path: ['conversationId'], message: 'Must be an id that begins with conv_.' }],
      });
    }
  });

  it.each(versioned)('is left unchanged by %s if expectedVersion is stale', async (_name, run) => {
    const { id, version } = await makeConversation(workspace);
    const before = await snapshot(workspace, id);
    for (const expectedVersion of [version + 1, version + 1000]) {
      const answer = await run({ conversationId: id, expectedVersion });
      expect(answer).toMatchObject({ __typename: 'ConflictError', code: 'CONFLICT' });
    }
    expect(await run({ conversationId: id, expectedVersion: 0 })).toMatchObject({
      __typename: 'ValidationError',
      issues: [{ path: ['expectedVersion'] }],
    });
    expect(await snapshot(workspace, id)).toEqual(before);
    expect((await run({ conversationId: id, expectedVersion: version })).__typename).toMatch(/Payload$/);
  });

  it('is left unchanged by reopenConversation if expectedVersion is stale', async () => {
    const { id } = await makeConversation(workspace);
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    const before = await snapshot(workspace, id);
    expect(await act(workspace, ReopenConversationDocument, { conversationId: id, expectedVersion: 1 })).toMatchObject({
      __typename: 'ConflictError',
      message: 'The conversation has version 2, not 1. Read it again and retry.',
    });
    expect(await snapshot(workspace, id)).toEqual(before);
    const answer = await act(workspace, ReopenConversationDocument, { conversationId: id, expectedVersion: 2 });
    expect(answer).toMatchObject({ __typename: 'ReopenConversationPayload', conversation: { version: 3 } });
  });
});

const refusedOnClosed: [name: string, to: string, run: (target: Target) => Promise<Answer>][] = [
  [
    'assignConversation',
    'OPEN',
    (target) => act(workspace, AssignConversationDocument, { ...target, assigneeId: userId }),
  ],
  [
    'assignConversation(null)',
    'OPEN',
    (target) => act(workspace, AssignConversationDocument, { ...target, assigneeId: null }),
  ],
  [
    'transferConversation',
    'OPEN',
    (target) => act(workspace, TransferConversationDocument, { ...target, toAssigneeId: userId }),
  ],
  ['joinConversation', 'OPEN', (target) => act(workspace, JoinConversationDocument, { ...target, actorId: userId })],
  [
    'snoozeConversation',
    'SNOOZED',
    (target) => act(workspace, SnoozeConversationDocument, { ...target, until: tomorrow() }),
  ],
  ['closeConversation', 'CLOSED', (target) => act(workspace, CloseConversationDocument, target)],
  [
    'updateConversation(PENDING)',
    'PENDING',
    (target) => act(workspace, UpdateConversationDocument, { ...target, status: 'PENDING' }),
  ],
  [
    'updateConversation(SNOOZED)',
    'SNOOZED',
    (target) => act(workspace, UpdateConversationDocument, { ...target, status: 'SNOOZED', snoozedUntil: tomorrow() }),
  ],
];

describe('a closed conversation', () => {
  it.each(refusedOnClosed)('is left unchanged by %s, which needs it to be %s', async (_name, to, run) => {
    const { id } = await makeConversation(workspace);
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    const before = await snapshot(workspace, id);
    const answer = await run({ conversationId: id });
    expect(answer).toMatchObject({
      __typename: 'InvalidTransitionError',
      code: 'INVALID_TRANSITION',
      from: 'CLOSED',
      to,
    });
    expect(await snapshot(workspace, id)).toEqual(before);
  });
});
