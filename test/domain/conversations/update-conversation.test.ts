import { describe, expect, it } from 'vitest';
import type { UpdateConversationMutationVariables } from '../../generated/operations.js';
import { CloseConversationDocument, UpdateConversationDocument } from '../../generated/operations.js';
import { act, succeed } from '../../support/act.js';
import { readConversation } from '../../support/conversations.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { eventsOf, makeBot, makeConversation } from '../../support/make.js';
import { lastEvent, snapshot } from './support/history.js';

type Changes = Omit<UpdateConversationMutationVariables['input'], 'conversationId'>;

const parley = useParley();
const workspace = useWorkspace(parley);

async function change(conversationId: string, changes: Changes) {
  return (await succeed(workspace, UpdateConversationDocument, { conversationId, ...changes })).conversation;
}

const expiresAt = '2999-01-01T00:00:00.000Z';

const fields: [name: string, from: unknown, to: unknown, changes: Changes, after: object][] = [
  ['subject', null, 'An order', { subject: ' An order ' }, { subject: 'An order' }],
  ['priority', 'NORMAL', 'HIGH', { priority: 'HIGH' }, { priority: 'HIGH' }],
  ['tags', [], ['a', 'b'], { tags: [' a', 'b', 'a '] }, { tags: ['a', 'b'] }],
  ['metadata', {}, { a: 1 }, { metadata: { a: 1 } }, { metadata: { a: 1 } }],
  ['flowId', null, 'flow', { flowId: 'flow' }, { flow: { flowId: 'flow', stepId: null } }],
  ['stepId', null, 'step', { stepId: 'step' }, { flow: { flowId: null, stepId: 'step' } }],
  ['expiresAt', null, expiresAt, { expiresAt }, { expiresAt }],
];

describe('updateConversation', () => {
  it.each(fields)('changes %s and logs the old and new value', async (field, from, to, changes, after) => {
    const { id } = await makeConversation(workspace);
    expect(await change(id, changes)).toMatchObject({ ...after, version: 2 });
    const event = await lastEvent(workspace, id);
    expect(event).toMatchObject({ __typename: 'ConversationUpdated', actor: { __typename: 'ApiKey' } });
    expect(event).toHaveProperty('changes', [{ field, from, to }]);
  });

  it.each(fields)('changes and logs nothing if %s already has this value', async (_field, _from, _to, changes) => {
    const { id } = await makeConversation(workspace);
    await change(id, changes);
    const before = await snapshot(workspace, id);
    await change(id, changes);
    expect(await snapshot(workspace, id)).toEqual(before);
  });

  it('combines several changes in one event and one version, without unchanged fields', async () => {
    const { id } = await makeConversation(workspace, { subject: 'Same', tags: ['old'] });
    const changed = await change(id, { subject: 'Same', priority: 'LOW', tags: ['new'], flowId: 'flow' });
    expect(changed.version).toBe(2);
    expect(await lastEvent(workspace, id)).toHaveProperty('changes', [
      { field: 'priority', from: 'NORMAL', to: 'LOW' },
      { field: 'tags', from: ['old'], to: ['new'] },
      { field: 'flowId', from: null, to: 'flow' },
    ]);
    expect(await eventsOf(workspace, id)).toHaveLength(2);
  });

  it('clears subject, flowId, stepId and expiresAt with null', async () => {
    const { id } = await makeConversation(workspace, { subject: 'x', flowId: 'flow', stepId: 'step', expiresAt });
    const cleared = await change(id, { subject: null, flowId: null, stepId: null, expiresAt: null });
    expect(cleared).toMatchObject({ subject: null, flow: null, expiresAt: null, version: 2 });
  });

  it('reads null as left out where a field cannot be empty', async () => {
    const { id } = await makeConversation(workspace, { tags: ['vip'], metadata: { a: 1 }, priority: 'HIGH' });
    const nothing = { tags: null, metadata: null, priority: null, status: null, botActive: null, snoozedUntil: null };
    const kept = await change(id, { ...nothing, touchLastInteraction: null, expectedVersion: null });
    expect(kept).toMatchObject({ tags: ['vip'], metadata: { a: 1 }, priority: 'HIGH', status: 'OPEN', version: 1 });
  });

  it('merges metadata shallowly, removes keys set to null, and replaces it with REPLACE', async () => {
    const { id } = await makeConversation(workspace, { metadata: { kept: 1, gone: 2, nested: { a: 1 } } });
    const merged = await change(id, { metadata: { gone: null, nested: { b: 2 }, added: [null] } });
    expect(merged.metadata).toEqual({ kept: 1, nested: { b: 2 }, added: [null] });
    const replaced = await change(id, { metadata: { only: 1, not: null }, metadataMode: 'REPLACE' });
    expect(replaced.metadata).toEqual({ only: 1 });
    expect(await change(id, { metadata: {}, metadataMode: 'REPLACE' })).toMatchObject({ metadata: {}, version: 4 });
  });

  it('refuses metadata that exceeds 16 KB only once merged', async () => {
    const { id } = await makeConversation(workspace, { metadata: { a: 'x'.repeat(9000) } });
    const before = await snapshot(workspace, id);
    const answer = await act(workspace, UpdateConversationDocument, {
      conversationId: id,
      metadata: { b: 'x'.repeat(9000) },
    });
    expect(answer).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['metadata'] }] });
    expect(await snapshot(workspace, id)).toEqual(before);
    await change(id, { metadata: { b: 'x'.repeat(9000) }, metadataMode: 'REPLACE' });
  });

  it('activates and deactivates the bot if the conversation has one', async () => {
    const bot = await makeBot(workspace);
    const { id } = await makeConversation(workspace, { botId: bot.id });
    expect(await change(id, { botActive: false })).toMatchObject({ botActive: false, version: 2 });
    expect(await lastEvent(workspace, id)).toHaveProperty('changes', [{ field: 'botActive', from: true, to: false }]);
    expect(await change(id, { botActive: true })).toMatchObject({ botActive: true, version: 3 });
    const without = await makeConversation(workspace);
    const refused = await act(workspace, UpdateConversationDocument, { conversationId: without.id, botActive: true });
    expect(refused).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['botActive'] }] });
    expect(await change(without.id, { botActive: false })).toMatchObject({ version: 1 });
  });

  it('changes tags and metadata of a closed conversation', async () => {
    const { id } = await makeConversation(workspace);
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    expect(await change(id, { tags: ['late'], metadata: { late: true } })).toMatchObject({
      status: 'CLOSED',
      tags: ['late'],
      metadata: { late: true },
      version: 3,
    });
  });

  it('succeeds for one of many requests with the same expectedVersion, and the others change nothing', async () => {
    const { id } = await makeConversation(workspace);
    const subjects = Array.from({ length: 12 }, (_, index) => `Subject ${index}`);
    const answers = await Promise.all(
      subjects.map((subject) =>
        act(workspace, UpdateConversationDocument, { conversationId: id, subject, expectedVersion: 1 }),
      ),
    );
    const won = answers.filter((answer) => answer.__typename === 'UpdateConversationPayload');
    expect(won).toHaveLength(1);
    expect(answers.filter(({ __typename }) => __typename === 'ConflictError')).toHaveLength(11);
    expect(await readConversation(workspace, id)).toMatchObject({ subject: won[0]?.conversation.subject, version: 2 });
    expect(await eventsOf(workspace, id)).toHaveLength(2);
  });

  const invalid: [name: string, path: string, changes: Changes][] = [
    ['a subject of spaces', 'subject', { subject: '  ' }],
    ['a subject over 500 characters', 'subject', { subject: 'x'.repeat(501) }],
    ['51 tags', 'tags', { tags: Array.from({ length: 51 }, (_, index) => `${index}`) }],
    ['metadata over 16 KB', 'metadata', { metadata: { a: 'x'.repeat(16 * 1024) } }],
    ['an end in the past', 'expiresAt', { expiresAt: '2001-01-01T00:00:00Z' }],
    ['an empty flowId', 'flowId', { flowId: '' }],
    ['a stepId over 255 characters', 'stepId', { stepId: 'x'.repeat(256) }],
    ['a status with a snooze of another', 'snoozedUntil', { status: 'PENDING', snoozedUntil: expiresAt }],
    ['SNOOZED without a time', 'snoozedUntil', { status: 'SNOOZED' }],
    ['SNOOZED until the past', 'snoozedUntil', { status: 'SNOOZED', snoozedUntil: '2001-01-01T00:00:00Z' }],
    ['a snooze without the status', 'snoozedUntil', { snoozedUntil: expiresAt }],
  ];
  it.each(invalid)('refuses %s and changes nothing', async (_name, path, changes) => {
    const { id } = await makeConversation(workspace, { subject: 'Before' });
    const before = await snapshot(workspace, id);
    const answer = await act(workspace, UpdateConversationDocument, {
      conversationId: id,
      priority: 'HIGH',
      ...changes,
    });
    expect(answer).toMatchObject({ __typename: 'ValidationError', issues: [{ path: [path] }] });
    expect(await snapshot(workspace, id)).toEqual(before);
  });
});
