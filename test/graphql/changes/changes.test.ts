import { describe, expect, it, onTestFinished } from 'vitest';
import {
  CreateConversationDocument,
  DeactivateUserDocument,
  DeleteChannelDocument,
  DeleteContactDocument,
  DeleteConversationDocument,
  DeleteProspectDocument,
  EventCursorDocument,
  EventsDocument,
  LinkProspectDocument,
  MarkConversationReadDocument,
  MergeContactsDocument,
  NodesDocument,
  TagConversationsDocument,
  UpdateBotDocument,
  UpdateChannelDocument,
  UpdateContactDocument,
  UpdateConversationDocument,
  UpdateProspectDocument,
  UpdateUserDocument,
} from '../../generated/operations.js';
import { undoHistory } from '../../live/support/history.js';
import { eventually } from '../../live/support/listen.js';
import { ask, succeed } from '../../support/act.js';
import { say } from '../../support/conversations.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import {
  makeBot,
  makeChannel,
  makeContact,
  makeContactConversation,
  makeConversation,
  makeProspect,
  makeUser,
} from '../../support/make.js';
import { repeatEvents } from '../../support/repeat-events.js';
import { signIn, signInAs } from '../../support/token.js';
import { catchUp, followChanges, type Replica, replicaFrom } from './support/replica.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

const cursorOf = (client = workspace) => ask(client, EventCursorDocument, {});

/** What came, as short texts: the type of a node, or the reason why it is gone, and its id. */
const told = ({ applied }: Replica) =>
  applied.map((change) => {
    if (change.__typename === 'NodeUpsert') return `${change.node.__typename} ${change.node.id}`;
    return change.__typename === 'NodeRemoval' ? `${change.reason} ${change.nodeId}` : change.__typename;
  });

/** What is told of what an act changed. */
async function toldOf(act: () => Promise<unknown>, client = workspace): Promise<string[]> {
  const replica = replicaFrom(await cursorOf());
  await act();
  await catchUp(client, replica);
  return told(replica);
}

describe('changes', () => {
  it('tell of contacts, prospects, users, bots and channels, which events do not', async () => {
    const after = await cursorOf();
    const [contact, user] = [await makeContact(workspace), await makeUser(workspace)];
    const [bot, channel, prospect] = [
      await makeBot(workspace),
      await makeChannel(workspace),
      await makeProspect(workspace),
    ];
    const replica = replicaFrom(after);
    await catchUp(workspace, replica);
    const all = [
      `Contact ${contact.id}`,
      `User ${user.id}`,
      `Bot ${bot.id}`,
      `Channel ${channel.id}`,
      `Prospect ${prospect.id}`,
    ];
    expect(told(replica)).toEqual(all);
    const changes: [act: () => Promise<unknown>, told: string][] = [
      [
        () => succeed(workspace, UpdateContactDocument, { contactId: contact.id, name: 'Carl' }),
        `Contact ${contact.id}`,
      ],
      [() => succeed(workspace, UpdateUserDocument, { userId: user.id, name: 'Uma' }), `User ${user.id}`],
      [() => succeed(workspace, UpdateBotDocument, { botId: bot.id, name: 'Bob' }), `Bot ${bot.id}`],
      [
        () => succeed(workspace, UpdateChannelDocument, { channelId: channel.id, name: 'Shop' }),
        `Channel ${channel.id}`,
      ],
      [
        () => succeed(workspace, UpdateProspectDocument, { prospectId: prospect.id, name: 'Pia' }),
        `Prospect ${prospect.id}`,
      ],
      [() => succeed(workspace, DeactivateUserDocument, { userId: user.id }), `User ${user.id}`],
      [() => succeed(workspace, DeleteProspectDocument, { prospectId: prospect.id }), `DELETED ${prospect.id}`],
      [() => succeed(workspace, DeleteChannelDocument, { channelId: channel.id }), `DELETED ${channel.id}`],
      [() => succeed(workspace, DeleteContactDocument, { contactId: contact.id }), `DELETED ${contact.id}`],
    ];
    for (const [act, expected] of changes) expect(await toldOf(act)).toEqual([expected]);
    const events = await ask(workspace, EventsDocument, { after });
    expect(events).toMatchObject({ edges: [], pageInfo: { hasNextPage: false, endCursor: await cursorOf() } });
  });

  it('tell of the rows that a client key makes, before the conversation', async () => {
    const client = { bot: 'engine', user: 'somebody', channel: 'widget' };
    const seen = await toldOf(() => succeed(workspace, CreateConversationDocument, { client }));
    const kinds = seen.map((text) => text.split(' ')[0]);
    expect(kinds.slice(0, 3)).toEqual(['Contact', 'Bot', 'Channel']);
    expect(kinds.slice(3).sort()).toEqual(['Conversation', 'Participant', 'Participant']);
  });

  it('tell of a merge: the survivor, what moved to it, and the contact that is gone', async () => {
    const [survivor, other] = [await makeContact(workspace), await makeContact(workspace)];
    const { id } = await makeConversation(workspace, { contactId: other.id });
    const seen = await toldOf(() =>
      succeed(workspace, MergeContactsDocument, { survivorId: survivor.id, contactIds: [other.id] }),
    );
    expect(seen).toEqual(
      expect.arrayContaining([`Contact ${survivor.id}`, `DELETED ${other.id}`, `Conversation ${id}`]),
    );
  });

  it('tell of a message, its conversation, and whose position moved', async () => {
    const agent = await signInAs(parley, workspace, 'AGENT');
    const { id } = await makeContactConversation(workspace, { participantIds: [agent.actorId] });
    const replica = replicaFrom(await cursorOf());
    const message = await say(workspace, id, { text: 'Hello', direction: 'INBOUND' });
    await catchUp(workspace, replica);
    expect(told(replica).slice(0, 2)).toEqual([`Conversation ${id}`, `Message ${message.id}`]);
    await succeed(agent, MarkConversationReadDocument, { conversationId: id });
    replica.applied.length = 0;
    await catchUp(workspace, replica);
    expect(replica.applied).toMatchObject([
      { node: { __typename: 'Conversation', id } },
      { node: { __typename: 'Participant', lastReadSeq: 1 } },
    ]);
  });

  it('tell of what no event records: the last interaction', async () => {
    const { id } = await makeConversation(workspace);
    const touch = { conversationId: id, touchLastInteraction: true };
    expect(await toldOf(() => succeed(workspace, UpdateConversationDocument, touch))).toEqual([`Conversation ${id}`]);
  });

  it('bring each thing once, in pages of any size, whose ends can be gone on from', async () => {
    const after = await cursorOf();
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) ids.push((await makeContactConversation(workspace)).id);
    for (const id of [...ids, ...ids]) await say(workspace, id, { text: 'Hi' });
    const prospect = await makeProspect(workspace);
    await succeed(workspace, LinkProspectDocument, { conversationId: ids[1] ?? '', prospectId: prospect.id });
    const whole = replicaFrom(after);
    await catchUp(workspace, whole);
    expect(new Set(told(whole)).size).toBe(told(whole).length);
    for (const first of [1, 2, 5]) {
      const paged = replicaFrom(after);
      const sizes = await catchUp(workspace, paged, first);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(first);
      expect(told(paged)).toEqual(told(whole));
      expect(paged.cursor).toBe(await cursorOf());
    }
    for (const { cursor } of whole.applied) {
      const rest = replicaFrom(cursor);
      await catchUp(workspace, rest);
      const begun = whole.applied.findIndex((change) => change.cursor === cursor) + 1;
      expect(told(rest)).toEqual(told(whole).slice(begun));
    }
  });

  it('cost what changed: 10 000 entries of 50 conversations are at most 50 rows', async () => {
    const conversationIds: string[] = [];
    for (let count = 0; count < 50; count += 1) conversationIds.push((await makeConversation(workspace)).id);
    const after = await cursorOf();
    await succeed(workspace, TagConversationsDocument, { conversationIds, add: ['many'] });
    await repeatEvents(parley, workspace, { count: 9_950, of: 50 });
    const replica = replicaFrom(after);
    const sizes = await catchUp(workspace, replica, 100);
    expect(sizes).toEqual([50]);
    expect(new Set(told(replica))).toEqual(new Set(conversationIds.map((id) => `Conversation ${id}`)));
    // From where it ends, a client goes on live, and is told nothing again.
    expect(replica.cursor).toBe(await cursorOf());
    const small = replicaFrom(after);
    const parts = await catchUp(workspace, small, 10);
    expect(parts.reduce((sum, size) => sum + size, 0)).toBe(50);
  });

  it('refuse a cursor that is malformed or of another workspace, and a size out of range', async () => {
    const elsewhere = await parley.newWorkspace();
    const foreign = await cursorOf(elsewhere);
    const after = await cursorOf();
    for (const variables of [
      { after: foreign },
      { after: 'x' },
      { after: '' },
      { after, first: 0 },
      { after, first: 101 },
    ]) {
      const { body } = await workspace.post(
        'query($after: String!, $first: Int) { changes(after: $after, first: $first) { endCursor } }',
        variables,
      );
      expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
    const live = followChanges(parley.url, workspace, replicaFrom(foreign));
    await eventually(() => live.results.length > 0, 'an error');
    expect(live.results[0]?.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    await live.stop();
  });

  it('end with CURSOR_EXPIRED if the log has not what follows the cursor', async () => {
    await makeConversation(workspace);
    const after = await cursorOf();
    await undoHistory(parley, workspace);
    for (const field of ['changes', 'conversationChanges']) {
      const { body } = await workspace.post(`query ($after: String!) { ${field}(after: $after) { endCursor } }`, {
        after,
      });
      expect(body.errors).toMatchObject([{ extensions: { code: 'CURSOR_EXPIRED' } }]);
    }
    const live = followChanges(parley.url, workspace, replicaFrom(after));
    await eventually(() => live.results.length > 0, 'an error');
    expect(live.results[0]?.errors).toMatchObject([{ extensions: { code: 'CURSOR_EXPIRED' } }]);
    await live.stop();
  });

  it('bring a contact only what it may see', async () => {
    const contact = await makeContact(workspace);
    const client = await signIn(parley, workspace, contact.id);
    const replica = replicaFrom(await cursorOf());
    const { id } = await makeConversation(workspace, { contactId: contact.id, tags: ['secret'] });
    const prospect = await makeProspect(workspace);
    await succeed(workspace, LinkProspectDocument, { conversationId: id, prospectId: prospect.id });
    await makeContactConversation(workspace, { message: { text: 'Not yours' } });
    const agent = await makeUser(workspace);
    await say(workspace, id, { text: 'Yours', authorId: agent.id });
    await succeed(workspace, UpdateUserDocument, { userId: agent.id, name: 'Renamed' });
    await catchUp(client, replica);
    expect(new Set(told(replica).map((text) => text.split(' ')[0]))).toEqual(
      new Set(['Conversation', 'Participant', 'Message', 'User']),
    );
    expect(replica.nodes.get(id)).toMatchObject({ tags: [] });
    const ids = [...replica.nodes.keys()];
    expect((await ask(client, NodesDocument, { ids })).every((node) => node !== null)).toBe(true);
    await succeed(workspace, DeleteConversationDocument, { conversationId: id });
    await catchUp(client, replica);
    expect(replica.nodes.has(id)).toBe(false);
  });
});

describe('subscription changes', () => {
  it('goes on from a page without gap or loss, through cuts between any two changes', async () => {
    const replica = replicaFrom(await cursorOf());
    const { id } = await makeContactConversation(workspace);
    await catchUp(workspace, replica, 2);
    const seen = replica.applied.length;
    const cut = followChanges(parley.url, workspace, replica);
    await say(workspace, id, { text: 'One', direction: 'INBOUND' });
    await eventually(() => cut.results.length >= 3, 'three changes');
    await cut.stop();
    expect(told(replica).slice(seen)).toMatchObject([
      `Conversation ${id}`,
      expect.stringMatching(/^Message /),
      expect.stringMatching(/^Participant /),
    ]);
    // As if the client had died after the first of the three.
    const first = replica.applied[seen];
    const again = replicaFrom(first?.cursor ?? '');
    const resumed = followChanges(parley.url, workspace, again);
    onTestFinished(resumed.stop);
    await eventually(() => resumed.results.length >= 2, 'the other two');
    await say(workspace, id, { text: 'Two' });
    await eventually(() => resumed.results.length >= 4, 'the next');
    resumed.take();
    expect(told(again).slice(0, 2)).toEqual(told(replica).slice(seen + 1));
    expect(resumed.results.map(({ extensions }) => extensions)).toEqual(
      again.applied.map(({ cursor }) => ({ cursor })),
    );
  });
});
