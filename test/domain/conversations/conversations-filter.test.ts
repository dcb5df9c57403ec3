import { describe, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  ConversationCountsDocument,
  ConversationsDocument,
  type ConversationsQueryVariables,
  JoinConversationDocument,
  LeaveConversationDocument,
  MarkConversationReadDocument,
  SnoozeConversationDocument,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { succeed } from '../../support/act.js';
import { readConversation } from '../../support/conversations.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { unknownId } from '../../support/ids.js';
import { makeBot, makeChannel, makeContact, makeConversation, makeUser } from '../../support/make.js';
import type { TestWorkspace } from '../../support/parley.js';

type Filter = NonNullable<ConversationsQueryVariables['filter']>;

let now = new Date('2030-01-01T00:00:00.000Z');
const parley = useParley({ clock: () => now });
const workspace = useFreshWorkspace(parley);

async function matching(filter: Filter | null, { run }: Pick<TestWorkspace, 'run'> = workspace): Promise<string[]> {
  const { conversations } = await run(ConversationsDocument, { filter, first: 100 });
  const subjects = conversations.edges.map(({ node }) => node.subject ?? '').sort();
  expect(conversations.totalCount).toBe(subjects.length);
  const { conversationCounts: counts } = await run(ConversationCountsDocument, { filter });
  const counted = counts.open + counts.pending + counts.snoozed + counts.closed;
  if (!filter?.status) expect(counted).toBe(subjects.length);
  return subjects;
}

/** Creates the conversations a, b, c … and returns them by subject. */
async function make(inputs: Record<string, Parameters<typeof makeConversation>[1]>) {
  const ids: Record<string, string> = {};
  for (const [subject, input] of Object.entries(inputs)) {
    ids[subject] = (await makeConversation(workspace, { subject, ...input })).id;
  }
  return (subject: string) => ids[subject] ?? '';
}

describe('filtered conversations', () => {
  it('have one of the statuses or priorities; an empty list matches nothing', async () => {
    const id = await make({ a: { priority: 'LOW' }, b: { priority: 'HIGH' }, c: { priority: 'HIGH' }, d: {} });
    await succeed(workspace, UpdateConversationDocument, { conversationId: id('b'), status: 'PENDING' });
    await succeed(workspace, SnoozeConversationDocument, { conversationId: id('c'), until: '2999-01-01T00:00:00Z' });
    await succeed(workspace, CloseConversationDocument, { conversationId: id('d') });
    expect(await matching(null)).toEqual(['a', 'b', 'c', 'd']);
    expect(await matching({})).toEqual(['a', 'b', 'c', 'd']);
    expect(await matching({ status: ['OPEN'] })).toEqual(['a']);
    expect(await matching({ status: ['CLOSED', 'SNOOZED', 'CLOSED'] })).toEqual(['c', 'd']);
    expect(await matching({ status: [] })).toEqual([]);
    expect(await matching({ priority: ['HIGH'] })).toEqual(['b', 'c']);
    expect(await matching({ priority: ['LOW', 'NORMAL'] })).toEqual(['a', 'd']);
    expect(await matching({ priority: [] })).toEqual([]);
    expect(await matching({ status: ['OPEN', 'PENDING'], priority: ['HIGH'] })).toEqual(['b']);
  });

  it('belong to a channel, a channel type or a contact', async () => {
    const site = await makeChannel(workspace, { type: 'WEBCHAT' });
    const otherSite = await makeChannel(workspace, { type: 'WEBCHAT' });
    const sms = await makeChannel(workspace, { type: 'SMS' });
    const [carla, otto] = [await makeContact(workspace), await makeContact(workspace)];
    await make({
      a: { channelId: site.id, contactId: carla.id },
      b: { channelId: otherSite.id, contactId: carla.id },
      c: { channelId: sms.id, contactId: otto.id },
      d: {},
    });
    expect(await matching({ channelId: site.id })).toEqual(['a']);
    expect(await matching({ channelType: 'WEBCHAT' })).toEqual(['a', 'b']);
    expect(await matching({ channelType: 'EMAIL' })).toEqual([]);
    expect(await matching({ contactId: carla.id })).toEqual(['a', 'b']);
    expect(await matching({ contactId: carla.id, channelType: 'SMS' })).toEqual([]);
  });

  it('have a bot, an owner, an assignee of either kind, or none', async () => {
    const bot = await makeBot(workspace);
    const [ada, ben] = [await makeUser(workspace), await makeUser(workspace)];
    await make({
      a: { botId: bot.id },
      b: { assigneeId: bot.id },
      c: { assigneeId: ada.id, ownerId: ben.id },
      d: { ownerId: ada.id },
    });
    expect(await matching({ botId: bot.id })).toEqual(['a', 'b']);
    expect(await matching({ ownerId: ben.id })).toEqual(['c']);
    expect(await matching({ assigneeId: bot.id })).toEqual(['b']);
    expect(await matching({ assigneeId: ada.id })).toEqual(['c']);
    expect(await matching({ unassigned: true })).toEqual(['a', 'd']);
    expect(await matching({ unassigned: false })).toEqual(['b', 'c']);
    expect(await matching({ unassigned: true, assigneeId: ada.id })).toEqual([]);
  });

  it('have a current participant, not one who has left', async () => {
    const [ada, bot, contact] = [await makeUser(workspace), await makeBot(workspace), await makeContact(workspace)];
    const id = await make({
      a: { participantIds: [ada.id] },
      b: { botId: bot.id },
      c: { contactId: contact.id },
      d: {},
    });
    await succeed(workspace, JoinConversationDocument, { conversationId: id('d'), actorId: ada.id });
    expect(await matching({ participantId: ada.id })).toEqual(['a', 'd']);
    expect(await matching({ participantId: bot.id })).toEqual(['b']);
    expect(await matching({ participantId: contact.id })).toEqual(['c']);
    await succeed(workspace, LeaveConversationDocument, { conversationId: id('d'), actorId: ada.id });
    expect(await matching({ participantId: ada.id })).toEqual(['a']);
    await succeed(workspace, JoinConversationDocument, { conversationId: id('d'), actorId: ada.id });
    expect(await matching({ participantId: ada.id })).toEqual(['a', 'd']);
  });

  it('have all of the tags; an empty list matches nothing', async () => {
    await make({ a: { tags: ['x', 'y'] }, b: { tags: ['y'] }, c: {} });
    expect(await matching({ tags: ['y'] })).toEqual(['a', 'b']);
    expect(await matching({ tags: ['y', ' x '] })).toEqual(['a']);
    expect(await matching({ tags: ['x', 'z'] })).toEqual([]);
    expect(await matching({ tags: ['X'] })).toEqual([]);
    expect(await matching({ tags: [] })).toEqual([]);
  });

  it('have unread messages or none, depending on the viewer', async () => {
    const bot = await makeBot(workspace);
    const asBot = parley.connect({ ...workspace, apiKey: bot.apiKey });
    const contactId = (await makeContact(workspace)).id;
    const message = { text: 'Hello', direction: 'INBOUND' } as const;
    const id = await make({
      a: { contactId, message },
      b: { contactId, message },
      c: { message: { text: 'Outbound' } },
    });
    await succeed(asBot, MarkConversationReadDocument, { conversationId: id('a') });
    expect(await matching({ unread: true }, asBot)).toEqual(['b']);
    expect(await matching({ unread: false }, asBot)).toEqual(['a', 'c']);
    expect(await matching({ unread: true })).toEqual(['b']);
    await succeed(workspace, MarkConversationReadDocument, { conversationId: id('b') });
    expect(await matching({ unread: true }, asBot)).toEqual(['b']);
    expect(await matching({ unread: true })).toEqual([]);
    expect((await readConversation(asBot, id('b'))).unreadCount).toBe(1);
  });

  it('were created or last changed in a span that includes its start and excludes its end', async () => {
    const day = (date: number) => new Date(Date.UTC(2030, 0, date));
    const ids: string[] = [];
    for (const [index, subject] of ['a', 'b', 'c'].entries()) {
      now = day(index + 1);
      ids.push((await makeConversation(workspace, { subject })).id);
    }
    now = day(9);
    await succeed(workspace, UpdateConversationDocument, { conversationId: ids[0] ?? '', priority: 'LOW' });
    const [first, second, third, ninth] = [1, 2, 3, 9].map((date) => day(date).toISOString());
    expect(await matching({ createdAt: { gte: second } })).toEqual(['b', 'c']);
    expect(await matching({ createdAt: { lt: second } })).toEqual(['a']);
    expect(await matching({ createdAt: { gte: first, lt: third } })).toEqual(['a', 'b']);
    expect(await matching({ createdAt: { gte: third, lt: third } })).toEqual([]);
    expect(await matching({ updatedAt: { gte: third } })).toEqual(['a', 'c']);
    expect(await matching({ updatedAt: { lt: ninth } })).toEqual(['b', 'c']);
    expect(await matching({ createdAt: { gte: null, lt: null }, updatedAt: null })).toEqual(['a', 'b', 'c']);
  });

  it('never match unknown ids or those of another workspace', async () => {
    const contactId = (await makeContact(workspace)).id;
    await make({ a: { contactId } });
    expect(await matching({ contactId }, await parley.newWorkspace())).toEqual([]);
    const filters: Filter[] = [
      { contactId: unknownId('Contact') },
      { channelId: unknownId('Channel') },
      { botId: unknownId('Bot') },
      { ownerId: unknownId('User') },
      { assigneeId: unknownId('User') },
      { participantId: unknownId('Bot') },
      { prospectId: unknownId('Prospect') },
    ];
    for (const filter of filters) expect(await matching(filter)).toEqual([]);
  });
});

describe('a conversation filter', () => {
  const invalid: [name: string, path: string[], filter: Filter][] = [
    ['a malformed id', ['filter', 'channelId'], { channelId: 'website' }],
    ['an id of another type', ['filter', 'contactId'], { contactId: unknownId('User') }],
    ['a contact as assignee', ['filter', 'assigneeId'], { assigneeId: unknownId('Contact') }],
    ['a key as participant', ['filter', 'participantId'], { participantId: unknownId('ApiKey') }],
    ['an empty tag', ['filter', 'tags', '1'], { tags: ['a', ' '] }],
    ['51 tags', ['filter', 'tags'], { tags: Array.from({ length: 51 }, (_, index) => `${index}`) }],
  ];
  it.each(invalid)('with %s is refused with BAD_USER_INPUT, which names the path', async (_name, path, filter) => {
    for (const field of [
      'conversations(filter: $filter) { totalCount }',
      'conversationCounts(filter: $filter) { open }',
    ]) {
      const { body } = await workspace.post(`query($filter: ConversationFilter) { ${field} }`, { filter });
      expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', issues: [{ path }] } }]);
    }
  });
});
