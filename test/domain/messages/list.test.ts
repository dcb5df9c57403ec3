import { beforeAll, describe, expect, it } from 'vitest';
import {
  DeleteConversationDocument,
  type FindMessagesQuery,
  type FindMessagesQueryVariables,
  MessageDocument,
  UpdateMessageStatusDocument,
} from '../../generated/operations.js';
import { ask, succeed } from '../../support/act.js';
import { say } from '../../support/conversations.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { unknownId, uuidOf } from '../../support/ids.js';
import { makeBot, makeChannel, makeContact, makeConversation, makeUser } from '../../support/make.js';
import { nodesOf } from '../../support/nodes-of.js';
import { findMessages } from './support/messages.js';

let channelId: string;
let contactId: string;
let userId: string;
let atChannel: string;
let elsewhere: string;
/** The messages by their texts. */
const made = new Map<string, Awaited<ReturnType<typeof say>>>();
const url = 'https://example.com/a.png';

const parley = useParley();
const workspace = useWorkspace(parley);
beforeAll(async () => {
  channelId = (await makeChannel(workspace)).id;
  contactId = (await makeContact(workspace)).id;
  userId = (await makeUser(workspace)).id;
  atChannel = (await makeConversation(workspace, { channelId, contactId })).id;
  elsewhere = (await makeConversation(workspace)).id;
  const messages = [
    [atChannel, { text: 'Where is my parcel?', direction: 'INBOUND' }],
    [atChannel, { text: 'On its way', authorId: userId }],
    [elsewhere, { text: 'Elsewhere, a café' }],
    [atChannel, { content: { type: 'image', url, caption: 'The parcel' }, direction: 'INBOUND' }],
  ] as const;
  for (const [id, message] of messages) {
    const sent = await say(workspace, id, message);
    made.set(sent.text ?? '', sent);
  }
  await succeed(workspace, UpdateMessageStatusDocument, { messageId: idOf('On its way'), status: 'SENT' });
});

const idOf = (text: string) => made.get(text)?.id ?? '';
const all = ['The parcel', 'Elsewhere, a café', 'On its way', 'Where is my parcel?'];
const textsOf = async (filter: FindMessagesQueryVariables['filter'], client = workspace) =>
  nodesOf(await findMessages(client, filter)).map(({ text }) => text);

describe('messages', () => {
  it('are listed newest first by default, and oldest first on request', async () => {
    expect(await textsOf(null)).toEqual(all);
    const ascending = await findMessages(workspace, {}, { orderBy: { direction: 'ASC' } });
    expect(nodesOf(ascending).map(({ text }) => text)).toEqual([...all].reverse());
    expect(ascending.totalCount).toBe(4);
  });

  it.each([
    ['conversationId', () => ({ conversationId: elsewhere }), ['Elsewhere, a café']],
    ['channelId', () => ({ channelId }), all.filter((text) => !text.startsWith('Else'))],
    ['direction', () => ({ direction: 'INBOUND' as const }), ['The parcel', 'Where is my parcel?']],
    ['status', () => ({ status: ['SENT' as const, 'FAILED' as const] }), ['On its way']],
    ['no status at all', () => ({ status: [] }), []],
    ['contentType', () => ({ contentType: 'image' }), ['The parcel']],
    ['a user as the author', () => ({ authorId: userId }), ['On its way']],
    ['a contact as the author', () => ({ authorId: contactId }), ['The parcel', 'Where is my parcel?']],
    ['search', () => ({ search: 'parc' }), ['The parcel', 'Where is my parcel?']],
    ['search without accents', () => ({ search: 'CAFE elsewhere' }), ['Elsewhere, a café']],
    ['all of it', () => ({ channelId, direction: 'INBOUND' as const, search: 'parcel my' }), ['Where is my parcel?']],
    ['null for all', () => ({ search: null, status: null, authorId: null, createdAt: null }), all],
    ['an author that there is not', () => ({ authorId: unknownId('User') }), []],
    ['a contact that there is not', () => ({ authorId: unknownId('Contact') }), []],
  ])('can be filtered, here: %s', async (_name, filter, expected) => {
    expect(await textsOf(filter())).toEqual(expected);
    expect((await findMessages(workspace, filter(), { first: 1 })).totalCount).toBe(expected.length);
  });

  it('can be filtered by a span that includes its start and excludes its end', async () => {
    const [, row] = await parley.database.prisma.$queryRaw<{ createdAt: Date }[]>`
      SELECT "createdAt" FROM "Message" WHERE "workspaceId" = ${uuidOf(workspace.id)}::uuid ORDER BY "createdAt"`;
    const moment = row?.createdAt.toISOString() ?? '';
    const [before, after] = [
      await textsOf({ createdAt: { lt: moment } }),
      await textsOf({ createdAt: { gte: moment } }),
    ];
    expect([...after, ...before]).toEqual(all);
    expect(after).toContain('On its way');
    expect(before).not.toContain('On its way');
  });

  it('are listed completely and in order, page by page in both directions', async () => {
    const walk = async (page: (cursor: string | null) => FindMessagesQueryVariables, forward: boolean) => {
      const seen: (string | null)[] = [];
      for (let cursor: string | null = null; ; ) {
        const found: FindMessagesQuery['messages'] = await findMessages(workspace, {}, page(cursor));
        const { pageInfo } = found;
        const texts = nodesOf(found).map(({ text }) => text);
        if (forward) seen.push(...texts);
        else seen.unshift(...texts);
        if (!(forward ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) return seen;
        cursor = forward ? pageInfo.endCursor : pageInfo.startCursor;
      }
    };
    expect(await walk((after) => ({ first: 1, after }), true)).toEqual(all);
    expect(await walk((before) => ({ last: 3, before }), false)).toEqual(all);
  });

  it('are only those of conversations visible to the viewer', async () => {
    const bot = await makeBot(workspace);
    const asBot = parley.connect({ id: workspace.id, apiKey: bot.apiKey });
    const owned = await makeConversation(workspace, { ownerId: userId });
    const hidden = await say(workspace, owned.id, { text: 'Private parcel' });
    expect(await textsOf({ search: 'parcel' })).toContain('Private parcel');
    expect(await textsOf({ search: 'parcel' }, asBot)).toEqual(['The parcel', 'Where is my parcel?']);
    expect((await findMessages(asBot, {})).totalCount).toBe(4);
    expect(await textsOf({ conversationId: owned.id }, asBot)).toEqual([]);
    const foreign = await parley.newWorkspace();
    for (const filter of [{}, { conversationId: atChannel }, { authorId: contactId }, { channelId }]) {
      expect(await textsOf(filter, foreign)).toEqual([]);
    }
    const attempts = [
      [asBot, hidden.id],
      [foreign, idOf('On its way')],
      [workspace, unknownId('Message')],
    ] as const;
    for (const [client, id] of attempts) {
      expect(await ask(client, MessageDocument, { id })).toBeNull();
    }
    await succeed(workspace, DeleteConversationDocument, { conversationId: owned.id });
  });

  it.each([
    ['a search of 201 characters', { filter: { search: 'x'.repeat(201) } }],
    ['a search without a letter', { filter: { search: "%_':*\\" } }],
    ['an unknown content type', { filter: { contentType: 'poll' } }],
    ['the id of another type', { filter: { conversationId: unknownId('Contact') } }],
    ['an author who is a channel', { filter: { authorId: unknownId('Channel') } }],
    ['a page of 101', { first: 101 }],
    ['a cursor of no list', { after: 'nonsense' }],
  ])('refuse %s', async (_name, variables) => {
    const query = `query ($filter: MessageFilter, $first: Int, $after: String) {
      messages(filter: $filter, first: $first, after: $after) { nodes { id } } }`;
    const { status, body } = await workspace.post(query, variables);
    expect(status).toBe(200);
    expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('refuse a cursor of the other order', async () => {
    const { pageInfo } = await findMessages(workspace, {}, { first: 1 });
    const page = { orderBy: { direction: 'ASC' as const }, after: pageInfo.endCursor };
    await expect(findMessages(workspace, {}, page)).rejects.toThrow('BAD_USER_INPUT');
  });

  it.each(['漢字', 'مرحبا', '👍', "' OR 1=1 --", 'a:*b', '\\', '%'])('match a search for %j', async (search) => {
    const query = 'query ($search: String) { messages(filter: { search: $search }) { totalCount } }';
    const { body } = await workspace.post<{ messages: { totalCount: number } }>(query, { search });
    const code = body.errors?.[0]?.extensions?.code;
    expect(code ?? body.data?.messages.totalCount).toBe(code ? 'BAD_USER_INPUT' : 0);
  });
});
