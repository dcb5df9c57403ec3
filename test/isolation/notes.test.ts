import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { note } from '../domain/messages/support/notes.js';
import { attachmentsOf, upload } from '../domain/uploads/support/upload.js';
import {
  DeleteMessageDocument,
  EditMessageDocument,
  MarkConversationReadDocument,
  SetTypingDocument,
  SnoozeConversationDocument,
} from '../generated/operations.js';
import { connect, listen } from '../live/support/listen.js';
import { succeed } from '../support/act.js';
import { testClock } from '../support/clock.js';
import { say } from '../support/conversations.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeChannel, makeContact, makeConversation } from '../support/make.js';
import type { TestWorkspace } from '../support/parley.js';
import { introspect, rootFieldsOf, smallestVariables } from '../support/root-fields.js';
import { signIn, signInAs } from '../support/token.js';

const clock = testClock('2026-11-29T12:00:00Z');
const parley = useParley({ clock: clock.now });
const workspace = useFreshWorkspace(parley);

let agent: TestWorkspace & { actorId: string };
let contact: TestWorkspace;
let contactId: string;
let conversationId: string;
let messageId: string;
/** From before there was anything for the contact. */
let start: string;
beforeEach(async () => {
  agent = await signInAs(parley, workspace, 'AGENT');
  const [channel, { id }] = [await makeChannel(workspace, { allowMany: true }), await makeContact(workspace)];
  contactId = id;
  contact = await signIn(parley, workspace, contactId);
  start = String((await contact.post('{ eventCursor }')).body.data?.eventCursor);
  const of = { channelId: channel.id, contactId, externalId: 'order-1' };
  conversationId = (await makeConversation(workspace, { ...of, subject: 'Order' })).id;
  const uploadKeys = [await upload(workspace, 'Manual')];
  messageId = (await say(agent, conversationId, { text: 'See the manual', uploadKeys })).id;
  await say(contact, conversationId, { text: 'Thanks, and a zebra please' });
  await say(agent, conversationId, { text: 'Of course' });
  // One that was read, deleted in and snoozed, which public messages would change more.
  const other = await makeConversation(workspace, { channelId: channel.id, contactId });
  const { id: gone } = await say(agent, other.id, { text: 'Typo' });
  await say(agent, other.id, { text: 'Correct' });
  await succeed(agent, DeleteMessageDocument, { messageId: gone });
  await succeed(contact, MarkConversationReadDocument, { conversationId: other.id });
  await succeed(agent, SnoozeConversationDocument, { conversationId: other.id, until: '2999-01-01T00:00:00Z' });
});

const secret = 'okapi';

/** Adds, edits and deletes notes of all sorts, and returns the ids of what there is of them. */
async function writeNotes(): Promise<{ notes: string[]; attachments: string[]; keys: string[] }> {
  const notes: string[] = [];
  const keys = [await upload(agent, `The file of the ${secret}`)];
  const add = async (input: Parameters<typeof note>[2], id = conversationId) => {
    clock.tick();
    const added = await note(agent, id, input);
    notes.push(added.id);
    return added.id;
  };
  const mentioned = await add({ text: `Beware of the ${secret}`, mentionedUserIds: [agent.actorId] });
  await add({ text: `An answer about the ${secret}`, replyToId: messageId, clientMessageId: 'note-1' });
  const attached = await add({ text: secret, uploadKeys: keys });
  const deleted = await add({ text: secret, uploadKeys: [await upload(agent, secret)] });
  clock.tick();
  await succeed(agent, EditMessageDocument, { messageId: mentioned, text: `${secret}s`, mentionedUserIds: [] });
  await succeed(agent, DeleteMessageDocument, { messageId: deleted });
  const snoozed = await workspace.post('{ conversations(filter: { status: [SNOOZED] }) { nodes { id } } }');
  await add({ text: secret }, Object(snoozed.body.data).conversations.nodes[0].id);
  const attachments = await attachmentsOf(agent, attached);
  return { notes, keys, attachments: attachments.map(({ id }) => id) };
}

/** Cursors of the log, which move with everything that happens in the workspace. */
const MOVING = /"\w*(eventCursor|endCursor)":"[^"]*"/g;

const pages = `pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount`;
const message =
  'id seq noteSeq visibility direction text content status clientMessageId createdAt editedAt deletedAt updatedAt mentions { id } attachments { id key url } replyTo { id }';
const conversation = `id status version revision unreadCount messageCount teamReadSeq firstMessageAt lastMessageAt lastInteractionAt updatedAt
  lastMessage { ${message} } participants(includeLeft: true) { id joinedAt leftAt lastMessageAt lastReadSeq unreadCount }`;

/** Everything that a contact can ask: each field of Query with all that lies below it, and lists in all sorts of ways. */
async function documents(): Promise<[query: string, variables: object][]> {
  const ids: Record<string, string> = { contact: contactId, message: messageId };
  const fields = rootFieldsOf(await introspect(workspace), 2).filter(
    ({ kind, name }) => kind === 'query' && name !== 'rateLimit',
  );
  const leafOf = (field: string) => (type: string, name: string) => {
    if (name === 'after') return start;
    if (type === 'ID') return ids[field] ?? conversationId;
    return type === 'Int' ? 1 : 'order-1';
  };
  const both = '[PUBLIC, INTERNAL]';
  const lists = ['PUBLIC', 'INTERNAL', 'PUBLIC, INTERNAL'].flatMap((visibility) => [
    `{ conversation(id: $id) { ${conversation} messages(visibility: [${visibility}], first: 50) { ${pages} edges { cursor node { ${message} } } } } }`,
    `{ conversation(id: $id) { messages(visibility: [${visibility}], last: 2) { ${pages} nodes { ${message} } } } }`,
    // With something beside it that the resolvers answer.
    `{ __type(name: "ID") { name } conversation(id: $id) { messages(visibility: [${visibility}], first: 50) { ${pages} edges { cursor node { ${message} } } } } }`,
    `{ messages(filter: { visibility: [${visibility}] }, first: 50) { ${pages} nodes { ${message} } } }`,
    `{ messages(filter: { visibility: [${visibility}], search: "${secret}" }) { ${pages} nodes { ${message} } } }`,
  ]);
  const orders = ['CREATED_AT', 'UPDATED_AT', 'LAST_MESSAGE_AT', 'PRIORITY'].map(
    (field) => `{ conversations(orderBy: { field: ${field} }) { ${pages} nodes { ${conversation} } } }`,
  );
  const filters = [
    `search: "${secret}"`,
    'search: "zebra"',
    'unread: true',
    'unread: false',
    `mentionedUserId: "${agent.actorId}"`,
  ];
  const filtered = filters.flatMap((filter) => [
    `{ conversations(filter: { ${filter} }) { ${pages} nodes { ${conversation} } } }`,
    `{ conversationCounts(filter: { ${filter} }) { open pending snoozed closed unassigned } }`,
  ]);
  const others = [
    `{ conversation(id: $id) { events(first: 100) { ${pages} nodes { id type occurredAt cursor } } } }`,
    `{ events(first: 100) { totalCount nodes { id type cursor conversation { ${conversation} } ... on MessageAdded { seq message { ${message} } } } } }`,
    `{ changes(after: "${start}", first: 100) { hasNextPage nodes { cursor ... on NodeUpsert { node { id ... on Conversation { ${conversation} } ... on Message { ${message} } } } ... on NodeRemoval { nodeId } } } }`,
    `{ conversationChanges(after: "${start}", first: 100) { hasNextPage nodes { ... on ConversationUpsert { cursor entered conversation { ${conversation} } } } } }`,
    `{ node(id: $id) { ... on Conversation { ${conversation} } } }`,
    `{ node(id: "${messageId}") { ... on Message { ${message} conversation { ${conversation} } } } }`,
    `{ messages(filter: { mentionedUserId: "${agent.actorId}", visibility: ${both} }) { ${pages} nodes { id } } }`,
    `{ messages(filter: { authorId: "${agent.actorId}" }) { ${pages} nodes { ${message} } } }`,
    `{ contact(id: "${contactId}") { conversations { ${pages} nodes { ${conversation} } } } }`,
    '{ conversationCounts { open pending snoozed closed unassigned } }',
  ];
  const of = (text: string) => (text.includes('$id') ? `query ($id: ID!) ${text}` : text);
  return [
    ...fields.map((field): [string, object] => [field.document, smallestVariables(field, leafOf(field.name))]),
    ...[...lists, ...orders, ...filtered, ...others].map((text): [string, object] => [
      of(text),
      { id: conversationId },
    ]),
  ];
}

/** What the contact is answered, by what it asks. */
async function answersTo(asked: readonly [query: string, variables: object][]): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  for (const [query, variables] of asked) {
    const { status, body } = await contact.post(query, variables);
    const text = JSON.stringify(body).replace(/"requestId":"[^"]*"/g, '');
    // A page of a list has its own cursors; those of the log move with the workspace.
    const ofLog = /\b(events|changes|conversationChanges|eventCursor)\b/.test(query);
    answers[query] = `${status} ${ofLog ? text.replace(MOVING, '') : text}`;
  }
  return answers;
}

// More than a hundred questions, and some that are large.
describe('a contact', { timeout: 120_000 }, () => {
  it('is answered the same to everything that it can ask before and after notes are written, edited and deleted', async () => {
    const asked = await documents();
    expect(asked.length).toBeGreaterThan(50);
    const at = clock.now();
    const before = await answersTo(asked);
    const { notes } = await writeNotes();
    // The same time of asking, by which URLs are signed.
    clock.tick(at.getTime() - clock.now().getTime());
    const after = await answersTo(asked);
    const differences = Object.keys(before).filter((query) => after[query] !== before[query]);
    expect(differences.map((query) => [query, before[query], after[query]])).toEqual([]);
    const answers = Object.values(before);
    expect(answers.join()).toContain('See the manual');
    expect(answers.filter((answer) => answer.startsWith('200 {"data":{')).length).toBeGreaterThan(40);
    expect(notes.length).toBeGreaterThan(4);
  });

  it('is told by no subscription', async () => {
    const socket = connect(parley.url, contact.apiKey);
    onTestFinished(() => socket.dispose());
    const fields = {
      'events { type conversationId }': 1,
      [`events(conversationId: "${conversationId}") { type }`]: 1,
      'changes { __typename }': 3,
      'conversationChanges { __typename }': 1,
      'conversationChanges(filter: { unread: true }) { __typename }': 1,
      'typing { typing }': 0,
      'conversationCounts { open }': 1,
    };
    const { body } = await contact.post('{ eventCursor }');
    const after = String(body.data?.eventCursor);
    const live = Object.entries(fields).map(([field, count]) => {
      const takesCursor = /^(events|changes|conversationChanges)/.test(field);
      const argument = field.includes('(')
        ? field.replace('(', '(after: $after, ')
        : field.replace(' {', '(after: $after) {');
      const query = takesCursor ? `subscription ($after: String) { ${argument} }` : `subscription { ${field} }`;
      return { field, count, heard: listen(socket, query, takesCursor ? { after } : {}) };
    });
    const counts = live.find(({ field }) => field.startsWith('conversationCounts'));
    await counts?.heard.until(1);
    await writeNotes();
    await say(agent, conversationId, { text: 'Something public' });
    for (const { heard, count } of live) await heard.until(count);
    // What comes last shows that nothing else came before.
    await succeed(agent, SnoozeConversationDocument, { conversationId, until: '2999-01-01T00:00:00Z' });
    await counts?.heard.until(2);
    const told = Object.fromEntries(
      live.map(({ field, heard }) => [field, heard.results.map(({ data, errors }) => errors ?? data)]),
    );
    expect(told['events { type conversationId }']).toEqual([{ events: { type: 'message.added', conversationId } }]);
    expect(told[`events(conversationId: "${conversationId}") { type }`]).toEqual([
      { events: { type: 'message.added' } },
    ]);
    expect(told['typing { typing }']).toEqual([]);
    expect(JSON.stringify(told)).not.toContain('errors');
    expect(told['changes { __typename }']?.slice(0, 3)).toEqual(
      Array(3).fill({ changes: { __typename: 'NodeUpsert' } }),
    );
  });

  it('is not told that an agent who has written a note has stopped typing', async () => {
    const socket = connect(parley.url, contact.apiKey);
    onTestFinished(() => socket.dispose());
    const heard = listen<{ typing: { typing: boolean; at: string } }, { id: string }>(
      socket,
      'subscription ($id: ID) { typing(conversationId: $id) { typing at } }',
      { id: conversationId },
    );
    // Begins with who is typing already, unless they have written since.
    clock.tick();
    await succeed(agent, SetTypingDocument, { conversationId });
    await heard.until(1);
    clock.tick();
    await note(agent, conversationId, { text: secret });
    const publicAt = clock.tick();
    await say(agent, conversationId, { text: 'Now in public' });
    expect((await heard.until(2)).map(({ data }) => data?.typing)).toMatchObject([
      { typing: true },
      { typing: false, at: publicAt },
    ]);
  });

  it('cannot tell a note, or a file of one, from what does not exist, by whatever it does with the id', async () => {
    const { notes, attachments, keys } = await writeNotes();
    const [noteId = ''] = notes;
    const unknown = noteId.slice(0, -4) + (noteId.endsWith('0000') ? '1111' : '0000');
    const unknownAttachment = `${attachments[0]?.slice(0, -4)}0000`;
    const asks: [text: string, given: (id: string) => object][] = [
      ['query ($id: ID!) { message(id: $id) { id } }', (id) => ({ id })],
      ['query ($id: ID!) { node(id: $id) { id } }', (id) => ({ id })],
      ['query ($id: ID!) { nodes(ids: [$id]) { id } }', (id) => ({ id })],
      ...[
        ['editMessage', 'EditMessageInput', (id: string) => ({ messageId: id, text: 'Mine' })],
        ['deleteMessage', 'DeleteMessageInput', (id: string) => ({ messageId: id })],
        ['sendMessage', 'SendMessageInput', (id: string) => ({ conversationId, text: 'Re', replyToId: id })],
        [
          'sendMessage',
          'SendMessageInput',
          (id: string) => ({ conversationId, content: { type: 'reaction', messageId: id, emoji: '👍' } }),
        ],
        ['markConversationRead', 'MarkConversationReadInput', (id: string) => ({ conversationId, upToMessageId: id })],
      ].map(([field, type, inputOf]): [string, (id: string) => object] => [
        `mutation ($input: ${String(type)}!) { ${String(field)}(input: $input) { __typename ... on Error { code message } } }`,
        (id) => ({ input: typeof inputOf === 'function' ? inputOf(id) : {} }),
      ]),
    ];
    for (const [text, given] of asks) {
      const answer = async (id: string) => {
        const { status, body } = await contact.post(text, given(id));
        return `${status} ${JSON.stringify(body).replaceAll(id, 'ID')}`;
      };
      for (const id of notes) expect(await answer(id), text).toBe(await answer(unknown));
    }
    for (const id of attachments) {
      const of = async (each: string) =>
        (await contact.post('query ($id: ID!) { node(id: $id) { id } }', { id: each })).body;
      expect(await of(id)).toEqual(await of(unknownAttachment));
    }
    const send = async (uploadKeys: string[]) => {
      const { body } = await contact.post(
        'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { __typename ... on Error { message } } }',
        { input: { conversationId, uploadKeys } },
      );
      return JSON.stringify(body);
    };
    const [key = ''] = keys;
    expect(await send([key])).toBe(await send([key.replace(/^./, (first) => (first === 'a' ? 'b' : 'a'))]));
    const own = await say(contact, conversationId, { text: 'Mine', clientMessageId: 'note-1' });
    expect(own.text).toBe('Mine');
  });
});
