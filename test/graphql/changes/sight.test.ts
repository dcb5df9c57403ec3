import type { Client } from 'graphql-ws';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  AssignConversationDocument,
  CloseConversationDocument,
  type ConversationFilter,
  DeleteConversationDocument,
  EventCursorDocument,
  LeaveConversationDocument,
  LiveChangesDocument,
  LiveConversationChangesDocument,
  LiveEventsDocument,
  MergeContactsDocument,
  NodesDocument,
  UpdateUserDocument,
} from '../../generated/operations.js';
import { connect, eventually, listen } from '../../live/support/listen.js';
import { ask, succeed } from '../../support/act.js';
import { say } from '../../support/conversations.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { makeBot, makeContact, makeConversation, makeUser } from '../../support/make.js';
import type { TestWorkspace } from '../../support/parley.js';
import { signIn, signInAs } from '../../support/token.js';
import { compare, openList } from '../conversation-changes/support/list-client.js';
import { catchUp, followChanges, replicaFrom } from './support/replica.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

/** A viewer who sees a conversation, and an act after which it does not. */
type Loss = { client: TestWorkspace; conversationId: string; lose: () => Promise<unknown> };

const ownedBy = async () => (await makeUser(workspace, 'Olga Owner')).id;

const losses: [what: string, reason: string, make: () => Promise<Loss>][] = [
  [
    'an agent who is taken out of the conversation of another user',
    'NO_LONGER_VISIBLE',
    async () => {
      const client = await signInAs(parley, workspace, 'AGENT');
      const { actorId } = client;
      const ownerId = await ownedBy();
      const { id: conversationId } = await makeConversation(workspace, { ownerId, participantIds: [actorId] });
      const lose = () => succeed(workspace, LeaveConversationDocument, { conversationId, actorId });
      return { client, conversationId, lose };
    },
  ],
  [
    'an agent who leaves by itself',
    'NO_LONGER_VISIBLE',
    async () => {
      const client = await signInAs(parley, workspace, 'AGENT');
      const ownerId = await ownedBy();
      const { id: conversationId } = await makeConversation(workspace, { ownerId, participantIds: [client.actorId] });
      return { client, conversationId, lose: () => succeed(client, LeaveConversationDocument, { conversationId }) };
    },
  ],
  [
    'a bot that leaves the conversation of a user, and is replaced',
    'NO_LONGER_VISIBLE',
    async () => {
      const [bot, other] = [await makeBot(workspace), await makeBot(workspace, 'Other')];
      const client = parley.connect({ id: workspace.id, apiKey: bot.apiKey });
      const ownerId = await ownedBy();
      const { id: conversationId } = await makeConversation(workspace, { ownerId, botId: bot.id });
      await succeed(workspace, LeaveConversationDocument, { conversationId, actorId: bot.id });
      const lose = () => succeed(workspace, AssignConversationDocument, { conversationId, assigneeId: other.id });
      return { client, conversationId, lose };
    },
  ],
  [
    'an administrator who becomes an agent',
    'NO_LONGER_VISIBLE',
    async () => {
      const client = await signInAs(parley, workspace, 'ADMIN');
      const { id: conversationId } = await makeConversation(workspace, { ownerId: await ownedBy() });
      const lose = () => succeed(workspace, UpdateUserDocument, { userId: client.actorId, role: 'AGENT' });
      return { client, conversationId, lose };
    },
  ],
  [
    'a participant of the conversation of another user, when it is deleted',
    'DELETED',
    async () => {
      const client = await signInAs(parley, workspace, 'AGENT');
      const ownerId = await ownedBy();
      const { id: conversationId } = await makeConversation(workspace, { ownerId, participantIds: [client.actorId] });
      return { client, conversationId, lose: () => succeed(workspace, DeleteConversationDocument, { conversationId }) };
    },
  ],
  [
    'a contact whose conversation is deleted',
    'DELETED',
    async () => {
      const contact = await makeContact(workspace);
      const { id: conversationId } = await makeConversation(workspace, { contactId: contact.id });
      const client = await signIn(parley, workspace, contact.id);
      return { client, conversationId, lose: () => succeed(workspace, DeleteConversationDocument, { conversationId }) };
    },
  ],
  [
    'anybody, when a conversation is deleted',
    'DELETED',
    async () => {
      const { id: conversationId } = await makeConversation(workspace);
      return {
        client: workspace,
        conversationId,
        lose: () => succeed(workspace, DeleteConversationDocument, { conversationId }),
      };
    },
  ],
];

const FILTERS: ConversationFilter[] = [{}, { status: ['OPEN'] }, { unassigned: false }];

describe.each(losses)('%s', (_what, reason, make) => {
  async function begin() {
    const after = await ask(workspace, EventCursorDocument, {});
    const loss = await make();
    const message = await say(workspace, loss.conversationId, { text: 'Hello' });
    const replica = replicaFrom(after);
    await catchUp(loss.client, replica);
    expect([...replica.nodes.keys()]).toEqual(expect.arrayContaining([loss.conversationId, message.id]));
    const lists = await Promise.all(FILTERS.map((filter) => openList(() => parley.url, loss.client, filter)));
    expect(lists[0]?.rows.has(loss.conversationId)).toBe(true);
    return { ...loss, replica, lists };
  }

  async function holdsWhatItSees({ client, replica, lists }: Awaited<ReturnType<typeof begin>>) {
    const nodes = await ask(client, NodesDocument, { ids: [...replica.nodes.keys()] });
    expect(nodes.filter((node) => node === null)).toEqual([]);
    for (const list of lists) {
      const { held, read } = await compare(list, client);
      expect(held).toEqual(read);
    }
  }

  const dropped = ({ conversationId }: Loss) => ({ __typename: 'NodeRemoval', nodeId: conversationId, reason });

  it('is told to drop it after having been away, and holds nothing that it does not see', async () => {
    const begun = await begin();
    await begun.lose();
    if (reason !== 'DELETED') await say(workspace, begun.conversationId, { text: 'Secret' });
    await catchUp(begun.client, begun.replica, 2);
    expect(begun.replica.applied).toContainEqual(expect.objectContaining(dropped(begun)));
    expect(JSON.stringify(begun.replica.applied)).not.toContain('Secret');
    for (const list of begun.lists) await list.catchUp(2);
    await holdsWhatItSees(begun);
  });

  it('is told to drop it live, or when it has come back', async () => {
    const begun = await begin();
    let live = followChanges(parley.url, begun.client, begun.replica);
    onTestFinished(() => live.stop());
    for (const list of begun.lists) {
      list.goLive();
      onTestFinished(list.cut);
    }
    let over = false;
    const resume = async () => {
      await live.ended;
      if (over) return;
      await live.stop();
      live = followChanges(parley.url, begun.client, begun.replica);
      void resume();
    };
    void resume();
    await begun.lose();
    await eventually(() => {
      live.take();
      return !begun.replica.nodes.has(begun.conversationId);
    }, 'its removal');
    expect(begun.replica.applied).toContainEqual(expect.objectContaining(dropped(begun)));
    await eventually(
      () => begun.lists.every(({ rows }) => !rows.has(begun.conversationId)),
      'its removal from the lists',
    );
    over = true;
    await holdsWhatItSees(begun);
  });
});

it('a contact that is merged into another gets the conversations of that one, and an agent learns who took its place', async () => {
  const [survivor, other] = [await makeContact(workspace), await makeContact(workspace)];
  const own = await makeConversation(workspace, { contactId: other.id });
  const gained = await makeConversation(workspace, { contactId: survivor.id });
  const client = await signIn(parley, workspace, other.id);
  const agent = await signInAs(parley, workspace, 'AGENT');
  const after = await ask(workspace, EventCursorDocument, {});
  const lists = await Promise.all([
    openList(() => parley.url, client, {}),
    openList(() => parley.url, agent, { contactId: other.id }),
  ]);
  expect(lists.map(({ rows }) => [...rows.keys()])).toEqual([[own.id], [own.id]]);
  const [asContact, asAgent] = [replicaFrom(after), replicaFrom(after)];
  await succeed(workspace, MergeContactsDocument, { survivorId: survivor.id, contactIds: [other.id] });
  await catchUp(client, asContact, 1);
  expect([...asContact.nodes.keys()]).toEqual(expect.arrayContaining([own.id, gained.id]));
  await catchUp(agent, asAgent);
  expect(asAgent.applied).toContainEqual(expect.objectContaining({ nodeId: other.id, reason: 'DELETED' }));
  expect(asAgent.nodes.has(survivor.id)).toBe(true);
  for (const list of lists) {
    await list.catchUp(1);
    expect([...list.rows.keys()].sort()).toEqual([own.id, gained.id].sort());
  }
});

it('a contact that was merged learns what became of its conversations before, though others have just read the same log', async () => {
  const [survivor, other] = [await makeContact(workspace), await makeContact(workspace)];
  const own = await makeConversation(workspace, { contactId: other.id });
  const client = await signIn(parley, workspace, other.id);
  const after = await ask(workspace, EventCursorDocument, {});
  await succeed(workspace, DeleteConversationDocument, { conversationId: own.id });
  const others = connect(parley.url, workspace.apiKey);
  onTestFinished(async () => void (await others.dispose()));
  const follow = (socket: Client) => [
    listen(socket, LiveConversationChangesDocument, { filter: {}, after }),
    listen(socket, LiveChangesDocument, { after }),
    listen(socket, LiveEventsDocument, { after }),
  ];
  await Promise.all(follow(others).map(({ until }) => until(1)));
  await succeed(workspace, MergeContactsDocument, { survivorId: survivor.id, contactIds: [other.id] });
  const socket = connect(parley.url, client.apiKey);
  onTestFinished(async () => void (await socket.dispose()));
  const [list, changes, events] = await Promise.all(follow(socket).map(({ until }) => until(1)));
  const removal = { reason: 'DELETED' };
  expect(list?.[0]?.data).toMatchObject({ conversationChanges: { conversationId: own.id, ...removal } });
  expect(changes?.[0]?.data).toMatchObject({ changes: { nodeId: own.id, ...removal } });
  expect(events?.[0]?.data).toMatchObject({ events: { type: 'conversation.deleted', conversationId: own.id } });
});

it.each([1, 100])(
  'a list loses what has left it, also if its viewer saw less in between (pages of %i)',
  async (first) => {
    const admin = await signInAs(parley, workspace, 'ADMIN');
    const ownerId = await ownedBy();
    const [left, stays] = [
      await makeConversation(workspace, { ownerId }),
      await makeConversation(workspace, { ownerId }),
    ];
    const list = await openList(() => parley.url, admin, { status: ['OPEN'] });
    expect([...list.rows.keys()].sort()).toEqual([left.id, stays.id].sort());
    await succeed(workspace, CloseConversationDocument, { conversationId: left.id });
    await say(workspace, stays.id, { text: 'Still here' });
    for (const role of ['AGENT', 'ADMIN'] as const) {
      await succeed(workspace, UpdateUserDocument, { userId: admin.actorId, role });
    }
    await list.catchUp(first);
    expect([...list.rows.keys()]).toEqual([stays.id]);
  },
);

it('nobody learns of conversations that it never saw', async () => {
  const agent = await signInAs(parley, workspace, 'AGENT');
  const contact = await makeContact(workspace);
  const stranger = await signIn(parley, workspace, (await makeContact(workspace)).id);
  const after = await ask(workspace, EventCursorDocument, {});
  const ownerId = await ownedBy();
  const { id } = await makeConversation(workspace, { ownerId, contactId: contact.id, participantIds: [ownerId] });
  await say(workspace, id, { text: 'Secret' });
  await succeed(workspace, LeaveConversationDocument, { conversationId: id, actorId: ownerId });
  const other = await makeConversation(workspace, { ownerId });
  await succeed(workspace, DeleteConversationDocument, { conversationId: other.id });
  for (const client of [agent, stranger]) {
    const replica = replicaFrom(after);
    await catchUp(client, replica);
    const list = await openList(() => parley.url, client, {});
    await list.catchUp(100);
    const text = JSON.stringify([replica.applied, list.applied]);
    for (const hidden of [id, other.id, 'Secret']) expect(text).not.toContain(hidden);
  }
});
