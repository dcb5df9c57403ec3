import { randomUUID } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { encodeId } from '../../../src/lib/ids.js';
import { note } from '../../domain/messages/support/notes.js';
import {
  AssignConversationDocument,
  CloseConversationDocument,
  type ConversationFilter,
  DeleteConversationDocument,
  DeleteMessageDocument,
  EventCursorDocument,
  LeaveConversationDocument,
  LinkProspectDocument,
  LiveConversationChangesDocument,
  type LiveConversationChangesSubscription,
  LiveConversationCountsDocument,
  type LiveConversationCountsSubscription,
  LiveEventsDocument,
  MergeContactsDocument,
  UnlinkProspectDocument,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { connect, eventually, type Heard, listen } from '../../live/support/listen.js';
import { ask, succeed } from '../../support/act.js';
import { say } from '../../support/conversations.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { makeChannel, makeContact, makeConversation, makeProspect, makeUser } from '../../support/make.js';

const statements: string[] = [];
const parley = useParley({
  onStatement: (sql) => statements.push(sql),
  quietMs: 100,
  config: { maxDistinctSubscriptions: 2_000, maxOperationsPerSocket: 3_000 },
});
const workspace = useFreshWorkspace(parley);

const OTHERS = 500;

type Changes = LiveConversationChangesSubscription;

function open() {
  const socket = connect(parley.url, workspace.apiKey);
  onTestFinished(() => socket.dispose());
  return {
    list: (filter: ConversationFilter): Heard<Changes> => listen(socket, LiveConversationChangesDocument, { filter }),
    counts: (filter: ConversationFilter) =>
      listen<LiveConversationCountsSubscription, { filter: ConversationFilter }>(
        socket,
        LiveConversationCountsDocument,
        { filter },
      ),
    events: (conversationId: string) => listen(socket, LiveEventsDocument, { conversationId }),
  };
}

/** Waits until as many subscriptions are open, which says nothing by itself. */
const opened = (count: number) =>
  eventually(() => parley.live.fanOut.size().subscribers === count, `${count} subscriptions`, 60_000);

/** How often subscriptions are asked because of what is done, until all that are to hear of it have. */
async function askedFor(act: () => Promise<unknown>, heard: Heard<unknown>[]): Promise<number> {
  const [before, counts] = [parley.live.fanOut.asked(), heard.map(({ results }) => results.length)];
  await act();
  for (const [index, { until }] of heard.entries()) await until((counts[index] ?? 0) + 1);
  return parley.live.fanOut.asked() - before;
}

it('an event is looked at for the lists that it concerns, of 500 with distinct assignees', async () => {
  const [anna, ben] = [await makeUser(workspace, 'Anna'), await makeUser(workspace, 'Ben')];
  const { id } = await makeConversation(workspace);
  const subscribe = open();
  const assignees = [anna.id, ben.id, ...Array.from({ length: OTHERS }, () => encodeId('User', randomUUID()))];
  const [ofAnna, ofBen] = assignees.map((assigneeId) => subscribe.list({ assigneeId, status: ['OPEN'] }));
  if (!ofAnna || !ofBen) throw new Error('Two lists are not open.');
  await opened(assignees.length);
  const assignTo = (assigneeId: string | null) =>
    succeed(workspace, AssignConversationDocument, { conversationId: id, assigneeId });
  expect(await askedFor(() => assignTo(anna.id), [ofAnna])).toBe(1);
  expect(await askedFor(() => say(workspace, id, { text: 'Hello' }), [ofAnna])).toBe(1);
  expect(await askedFor(() => assignTo(ben.id), [ofAnna, ofBen])).toBe(2);
  expect(await askedFor(() => succeed(workspace, CloseConversationDocument, { conversationId: id }), [ofBen])).toBe(1);
  expect(await askedFor(() => succeed(workspace, DeleteConversationDocument, { conversationId: id }), [ofBen])).toBe(1);
  const other = await makeConversation(workspace, { assigneeId: anna.id });
  await ofAnna.until(4);
  expect(ofAnna.results.map(({ data }) => data?.conversationChanges.__typename)).toEqual([
    'ConversationUpsert',
    'ConversationUpsert',
    'ConversationRemoval',
    'ConversationUpsert',
  ]);
  expect(ofAnna.results.at(-1)?.data?.conversationChanges).toMatchObject({ conversation: { id: other.id } });
});

it('an event is looked at for the counts and the subscriptions to a conversation that it concerns', async () => {
  const anna = await makeUser(workspace, 'Anna');
  const { id } = await makeConversation(workspace);
  const subscribe = open();
  const [counts, events] = [subscribe.counts({ assigneeId: anna.id }), subscribe.events(id)];
  for (let count = 0; count < 20; count += 1) {
    subscribe.counts({ assigneeId: encodeId('User', randomUUID()) });
    subscribe.events((await makeConversation(workspace)).id);
  }
  await opened(42);
  await counts.until(1);
  // Once this is told, so is the making of all conversations, which came before it in the log.
  await askedFor(() => say(workspace, id, { text: 'First' }), [events]);
  const assign = () => succeed(workspace, AssignConversationDocument, { conversationId: id, assigneeId: anna.id });
  expect(await askedFor(assign, [counts, events])).toBe(2);
  expect(await askedFor(() => say(workspace, id, { text: 'Hello' }), [events])).toBe(1);
});

it('a list that nothing concerns is told how far the log is, to go on from there', async () => {
  const cursors: unknown[] = [];
  const socket = connect(parley.url, workspace.apiKey);
  onTestFinished(() => socket.dispose());
  socket.on('ping', (_received, payload) => cursors.push(payload?.cursor));
  const filter = { assigneeId: encodeId('User', randomUUID()) };
  const list = listen(socket, LiveConversationChangesDocument, { filter });
  await opened(1);
  const before = parley.live.fanOut.asked();
  for (let count = 0; count < 3; count += 1) {
    await makeConversation(workspace);
    const head = await ask(workspace, EventCursorDocument, {});
    await eventually(() => cursors.at(-1) === head, 'the cursor of the head');
  }
  expect({ asked: parley.live.fanOut.asked() - before, results: list.results }).toEqual({ asked: 0, results: [] });
});

it('100 lists that are resumed at once share what is read for them', async () => {
  const after = await ask(workspace, EventCursorDocument, {});
  const assignees = await Promise.all(Array.from({ length: 10 }, () => makeUser(workspace)));
  for (const { id } of assignees) await makeConversation(workspace, { assigneeId: id });
  const socket = connect(parley.url, workspace.apiKey);
  onTestFinished(() => socket.dispose());
  statements.length = 0;
  const lists = Array.from({ length: 100 }, (_, index) => {
    const assigneeId = assignees[index % assignees.length]?.id ?? null;
    const filter = { assigneeId, createdAt: { gte: new Date(index).toISOString() } };
    return listen(socket, LiveConversationChangesDocument, { filter, after });
  });
  for (const { until } of lists) await until(1);
  // Once, unless that takes so long that what was read is forgotten.
  expect(statements.filter((sql) => sql.includes('AS "prospectIds"')).length).toBeLessThan(20);
  expect(lists.map(({ results }) => results.length)).toEqual(lists.map(() => 1));
});

type Way = [condition: string, prepare: () => Promise<Prepared>];
type Prepared = { filter: ConversationFilter; id: string; leave: () => Promise<unknown> };

const update = (conversationId: string, input: object) =>
  succeed(workspace, UpdateConversationDocument, { conversationId, ...input });

/** For each condition that lists are found by: a conversation that meets it, and how it ceases to. */
const ways: Way[] = [
  [
    'contact',
    async () => {
      const [former, survivor] = [await makeContact(workspace), await makeContact(workspace)];
      const { id } = await makeConversation(workspace, { contactId: survivor.id });
      const merge = { survivorId: survivor.id, contactIds: [former.id] };
      await succeed(workspace, MergeContactsDocument, merge);
      const leave = () => succeed(workspace, DeleteConversationDocument, { conversationId: id });
      return { filter: { contactId: former.id }, id, leave };
    },
  ],
  [
    'prospect',
    async () => {
      const [{ id }, prospect] = [await makeConversation(workspace), await makeProspect(workspace)];
      const link = { conversationId: id, prospectId: prospect.id };
      await succeed(workspace, LinkProspectDocument, link);
      const leave = () => succeed(workspace, UnlinkProspectDocument, link);
      return { filter: { prospectId: prospect.id }, id, leave };
    },
  ],
  [
    'participant',
    async () => {
      const user = await makeUser(workspace);
      const { id } = await makeConversation(workspace, { participantIds: [user.id] });
      const leave = () => succeed(workspace, LeaveConversationDocument, { conversationId: id, actorId: user.id });
      return { filter: { participantId: user.id }, id, leave };
    },
  ],
  [
    'participant who is a merged contact',
    async () => {
      const [former, survivor] = [await makeContact(workspace), await makeContact(workspace)];
      const { id } = await makeConversation(workspace, { participantIds: [former.id] });
      await succeed(workspace, MergeContactsDocument, { survivorId: survivor.id, contactIds: [former.id] });
      const leave = () => succeed(workspace, LeaveConversationDocument, { conversationId: id, actorId: survivor.id });
      return { filter: { participantId: former.id }, id, leave };
    },
  ],
  [
    'mentioned user',
    async () => {
      const [{ id }, user] = [await makeConversation(workspace), await makeUser(workspace)];
      const { id: messageId } = await note(workspace, id, { text: 'You', mentionedUserIds: [user.id] });
      const leave = () => succeed(workspace, DeleteMessageDocument, { messageId });
      return { filter: { mentionedUserId: user.id }, id, leave };
    },
  ],
  [
    'mentioned user of a conversation that is deleted',
    async () => {
      const [{ id }, user] = [await makeConversation(workspace), await makeUser(workspace)];
      await note(workspace, id, { text: 'You', mentionedUserIds: [user.id] });
      const leave = () => succeed(workspace, DeleteConversationDocument, { conversationId: id });
      return { filter: { mentionedUserId: user.id }, id, leave };
    },
  ],
  [
    'owner',
    async () => {
      const user = await makeUser(workspace);
      const { id } = await makeConversation(workspace, { ownerId: user.id });
      const leave = () => succeed(workspace, DeleteConversationDocument, { conversationId: id });
      return { filter: { ownerId: user.id }, id, leave };
    },
  ],
  [
    'tags',
    async () => {
      const { id } = await makeConversation(workspace, { tags: ['red', 'green'] });
      return { filter: { tags: ['red', 'green'] }, id, leave: () => update(id, { tags: ['green'] }) };
    },
  ],
  [
    'tags of a deleted conversation',
    async () => {
      const { id } = await makeConversation(workspace, { tags: ['red'] });
      const leave = () => succeed(workspace, DeleteConversationDocument, { conversationId: id });
      return { filter: { tags: ['red'] }, id, leave };
    },
  ],
  [
    'channel',
    async () => {
      const channel = await makeChannel(workspace);
      const contact = await makeContact(workspace);
      const { id } = await makeConversation(workspace, { channelId: channel.id, contactId: contact.id });
      const leave = () => succeed(workspace, DeleteConversationDocument, { conversationId: id });
      return { filter: { channelId: channel.id }, id, leave };
    },
  ],
  [
    'kind of channel',
    async () => {
      const channel = await makeChannel(workspace, { type: 'EMAIL' });
      const contact = await makeContact(workspace);
      const { id } = await makeConversation(workspace, { channelId: channel.id, contactId: contact.id });
      const leave = () => succeed(workspace, DeleteConversationDocument, { conversationId: id });
      return { filter: { channelType: 'EMAIL' }, id, leave };
    },
  ],
  [
    'no assignee',
    async () => {
      const [{ id }, user] = [await makeConversation(workspace), await makeUser(workspace)];
      const leave = () => succeed(workspace, AssignConversationDocument, { conversationId: id, assigneeId: user.id });
      return { filter: { unassigned: true }, id, leave };
    },
  ],
  [
    'priority',
    async () => {
      const { id } = await makeConversation(workspace, { priority: 'HIGH' });
      return { filter: { priority: ['HIGH', 'URGENT'] }, id, leave: () => update(id, { priority: 'LOW' }) };
    },
  ],
  [
    'status',
    async () => {
      const { id } = await makeConversation(workspace);
      const leave = () => succeed(workspace, CloseConversationDocument, { conversationId: id });
      return { filter: { status: ['OPEN', 'PENDING'] }, id, leave };
    },
  ],
];

it.each(ways)('a list by %s hears of what is in it, and when that leaves', async (_condition, prepare) => {
  const { filter, id, leave } = await prepare();
  const elsewhere = await makeConversation(workspace, { assigneeId: (await makeUser(workspace)).id });
  await succeed(workspace, CloseConversationDocument, { conversationId: elsewhere.id });
  await opened(0);
  const list = open().list(filter);
  await opened(1);
  const before = parley.live.fanOut.asked();
  await update(elsewhere.id, { subject: 'Does not concern it' });
  await update(id, { subject: 'Concerns it' });
  await list.until(1);
  expect(parley.live.fanOut.asked() - before).toBe(1);
  await leave();
  await list.until(2);
  expect(list.results.map(({ data }) => data?.conversationChanges)).toMatchObject([
    { __typename: 'ConversationUpsert', conversation: { id } },
    { __typename: 'ConversationRemoval', conversationId: id },
  ]);
});
