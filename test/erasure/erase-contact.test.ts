import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { filesIn, upload } from '../domain/uploads/support/upload.js';
import {
  AssignConversationDocument,
  AuditEventsDocument,
  ChangesDocument,
  CloseConversationDocument,
  ContactDocument,
  CreateContactDocument,
  EditMessageDocument,
  EraseContactDocument,
  EventCursorDocument,
  LinkProspectDocument,
  MergeContactsDocument,
  SendMessageDocument,
  type SendMessageInput,
  TransferConversationDocument,
  UpdateConversationDocument,
  UpdateMessageStatusDocument,
} from '../generated/operations.js';
import { act, ask, failWith, succeed } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { unknownId, uuidOf } from '../support/ids.js';
import {
  eventsOf,
  makeBot,
  makeChannel,
  makeContact,
  makeConversation,
  makeProspect,
  makeUser,
} from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { signIn, signInAs } from '../support/token.js';
import { makeEndpoint, PATIENCE } from '../webhook-delivery/support/endpoints.js';
import { useReceivers } from '../webhook-delivery/support/receiver.js';
import { settled } from '../webhook-delivery/support/world.js';

/** In every text that was written about the person, and in every number. */
const MARK = /qmarkq|30901820|30901821/;

const database = useScratchDatabase();
const directory = await mkdtemp(path.join(tmpdir(), 'erase-'));
afterAll(() => rm(directory, { recursive: true, force: true }));
const parley = useParley({
  databaseUrl: database.url,
  config: { worker: true, webhookAllowPrivate: true, uploads: { kind: 'local', directory } },
  webhookPollMs: 100,
});
const workspace = useFreshWorkspace(parley);
const startReceiver = useReceivers();

/** The tables and files in which something of the person is left. */
async function leftOvers(): Promise<string[]> {
  const tables = await database.rows<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', 'graphile_worker')`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await database.rows<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
    found.push(...rows.filter(({ row }) => MARK.test(row)).map(({ row }) => `${name}: ${row}`));
  }
  for (const file of await filesIn(directory)) if (MARK.test(await readFile(file, 'utf8'))) found.push(file);
  return found;
}

/** All that can be written about a person: in their conversation, in one of somebody else, and on prospects. */
async function writeEverything() {
  const [user, bot, channel] = [await makeUser(workspace), await makeBot(workspace), await makeChannel(workspace)];
  const contact = (
    await succeed(workspace, CreateContactDocument, {
      name: 'qmarkq Ada',
      phone: '+4930901820',
      email: 'qmarkq@example.com',
      externalId: 'qmarkq-external',
      avatarUrl: 'https://example.com/qmarkq.png',
      tags: ['qmarkq tag'],
      metadata: { note: 'qmarkq metadata' },
    })
  ).contact;
  const predecessor = await succeed(workspace, CreateContactDocument, {
    name: 'qmarkq Before',
    phone: '+4930901821',
    email: 'qmarkq-before@example.com',
    externalId: 'qmarkq-before',
  });
  await succeed(workspace, MergeContactsDocument, { survivorId: contact.id, contactIds: [predecessor.contact.id] });
  const conversation = await makeConversation(workspace, {
    contactId: contact.id,
    channelId: channel.id,
    externalId: 'qmarkq-conversation',
    subject: 'qmarkq subject',
    tags: ['qmarkq tag'],
    metadata: { note: 'qmarkq' },
    flowId: 'qmarkq-flow',
    stepId: 'qmarkq-step',
  });
  const conversationId = conversation.id;
  const send = async (input: Partial<SendMessageInput>) =>
    (await succeed(workspace, SendMessageDocument, { conversationId, ...input })).messageEdge.node.id;
  const uploadKeys = [await upload(workspace, 'qmarkq bytes', { extension: 'txt', filename: 'qmarkq.txt' })];
  await send({
    direction: 'INBOUND',
    text: 'qmarkq inbound',
    content: { type: 'document', url: 'https://example.com/qmarkq.pdf', caption: 'qmarkq' },
    metadata: { note: 'qmarkq' },
    externalId: 'qmarkq-message',
    clientMessageId: 'qmarkq-client',
    uploadKeys,
  });
  const messageId = await send({ text: 'qmarkq answer' });
  await succeed(workspace, EditMessageDocument, { messageId, text: 'qmarkq edited' });
  await succeed(workspace, UpdateMessageStatusDocument, { messageId, status: 'FAILED', errorMessage: 'qmarkq failed' });
  await send({ text: 'qmarkq note', visibility: 'INTERNAL', mentionedUserIds: [user.id] });
  await succeed(workspace, AssignConversationDocument, { conversationId, assigneeId: user.id, note: 'qmarkq note' });
  await succeed(workspace, TransferConversationDocument, {
    conversationId,
    toAssigneeId: bot.id,
    reason: 'qmarkq reason',
    summary: 'qmarkq summary',
  });
  await succeed(workspace, UpdateConversationDocument, {
    conversationId,
    subject: 'qmarkq other',
    stepId: 'qmarkq-next',
    tags: ['qmarkq again'],
  });
  const prospect = await makeProspect(workspace, {
    name: 'qmarkq prospect',
    email: 'qmarkq@example.com',
    phone: '+4930901820',
    properties: { note: 'qmarkq' },
    externalReferences: [{ provider: 'qmarkq', id: 'qmarkq', properties: { note: 'qmarkq' } }],
  });
  await succeed(workspace, LinkProspectDocument, { conversationId, prospectId: prospect.id });
  await succeed(workspace, CloseConversationDocument, {
    conversationId,
    reason: 'qmarkq reason',
    notes: 'qmarkq notes',
  });
  const other = await makeConversation(workspace, {
    contactId: (await makeContact(workspace)).id,
    participantIds: [contact.id],
  });
  const shared = await makeProspect(workspace, { name: 'Shared' });
  for (const id of [conversationId, other.id]) {
    await succeed(workspace, LinkProspectDocument, { conversationId: id, prospectId: shared.id });
  }
  const foreign = await send({
    conversationId: other.id,
    text: 'qmarkq elsewhere',
    externalId: 'qmarkq-elsewhere',
    clientMessageId: 'qmarkq-elsewhere',
    metadata: { note: 'qmarkq' },
    uploadKeys: [await upload(workspace, 'qmarkq elsewhere', { extension: 'txt', filename: 'qmarkq-2.txt' })],
  });
  // As before a conversation got another contact.
  await database.rows(
    `UPDATE "Message" SET "authorType" = 'CONTACT', "authorId" = '${uuidOf(contact.id)}' WHERE id = '${uuidOf(foreign)}'`,
  );
  const themself = await signIn(parley, workspace, contact.id);
  await upload(themself, 'qmarkq unused', { extension: 'txt', filename: 'qmarkq-3.txt' });
  await act(workspace, UpdateConversationDocument, {
    conversationId: 'qmarkq-conversation',
    client: { bot: 'qmarkq-bot', user: 'qmarkq-external', channel: 'qmarkq-channel' },
    subject: 'x',
    idempotencyKey: 'refused',
  });
  return { contact, conversationId, other, foreign, prospect, shared };
}

describe('eraseContact', () => {
  it('leaves nothing of the person in any table, file or delivery, and says how much there was', async () => {
    const repeating = await startReceiver((response, { text }) => response.writeHead(200).end(text));
    const failing = await startReceiver((response, { text }) => response.writeHead(500).end(text));
    const endpoint = await makeEndpoint(workspace, { url: repeating.url, events: ['*', 'note.added', 'note.updated'] });
    await makeEndpoint(workspace, { url: failing.url });
    const { contact, conversationId, other, foreign, prospect, shared } = await writeEverything();
    await settled(parley, workspace, endpoint.id);
    const tables = new Set((await leftOvers()).map((where) => where.split(':')[0] ?? ''));
    // What this test is about: where a person is found before.
    for (const table of [
      'Contact',
      'ContactAlias',
      'Conversation',
      'Message',
      'Transfer',
      'Upload',
      'Prospect',
      'Event',
    ])
      expect([...tables]).toContain(`public."${table}"`);
    expect([...tables]).toContain('public."WebhookDelivery"');
    expect([...tables]).toContain('public."IdempotencyClaim"');
    const cursor = (await ask(workspace, EventCursorDocument, {})) ?? '';

    const erased = await succeed(workspace, EraseContactDocument, { contactId: contact.id });
    expect(erased).toMatchObject({
      erasedContactId: contact.id,
      conversationCount: 1,
      messageCount: 4,
      uploadCount: 3,
      prospectCount: 1,
      aliasCount: 3,
      pending: false,
    });
    expect(erased.eventCount).toBeGreaterThan(10);
    expect(erased.deliveryCount).toBeGreaterThan(10);
    await vi.waitFor(async () => expect(await leftOvers()).toEqual([]), PATIENCE);
    await settled(parley, workspace, endpoint.id);
    expect(await leftOvers()).toEqual([]);

    expect(await ask(workspace, ContactDocument, { id: contact.id })).toBeNull();
    const changes = JSON.stringify(await ask(workspace, ChangesDocument, { after: cursor }));
    for (const id of [contact.id, conversationId, prospect.id]) expect(changes).toContain(id);
    const { body } = await workspace.post(
      'query($m: ID!, $p: ID!) { message: node(id: $m) { ... on Message { text deletedAt } } prospect(id: $p) { name } }',
      { m: foreign, p: shared.id },
    );
    expect(body.data).toEqual({
      message: { text: null, deletedAt: expect.any(String) },
      prospect: { name: 'Shared' },
    });
    expect((await eventsOf(workspace, other.id)).at(-1)?.type).toBe('message.updated');
    const [entry] = nodesOf(await ask(workspace, AuditEventsDocument, { first: 1 }));
    expect(entry).toMatchObject({ action: 'contact.erased', targetType: 'Contact', targetId: contact.id });
    expect(entry?.changes).toContainEqual({ field: 'messageCount', from: null, to: 4, hidden: false });
  });

  it('goes on by itself with a person of very many conversations', async () => {
    const contact = await makeContact(workspace, 'qmarkq Many');
    for (let count = 0; count < 25; count += 1) {
      await makeConversation(workspace, { contactId: contact.id, subject: 'qmarkq' });
    }
    const { conversationCount } = await succeed(workspace, EraseContactDocument, { contactId: contact.id });
    expect(conversationCount).toBe(25);
    await vi.waitFor(async () => expect(await leftOvers()).toEqual([]), PATIENCE);
  });

  it('erases conversations that a merge, which still goes on, has not moved yet', async () => {
    const [merged, survivor] = [await makeContact(workspace, 'qmarkq B'), await makeContact(workspace, 'qmarkq A')];
    const { id } = await makeConversation(workspace, { contactId: merged.id, subject: 'qmarkq waits' });
    await succeed(workspace, MergeContactsDocument, { survivorId: survivor.id, contactIds: [merged.id] });
    await database.rows(`UPDATE "Conversation" SET "contactId" = '${uuidOf(merged.id)}' WHERE id = '${uuidOf(id)}'`);
    const { conversationCount } = await succeed(workspace, EraseContactDocument, { contactId: survivor.id });
    expect(conversationCount).toBe(1);
    await vi.waitFor(async () => expect(await leftOvers()).toEqual([]), PATIENCE);
  });

  it('erases what was kept of a contact that was only deleted, and is the same again', async () => {
    const contact = await makeContact(workspace, 'qmarkq Deleted');
    await makeConversation(workspace, { contactId: contact.id, subject: 'qmarkq kept' });
    await workspace.post(
      'mutation($id: ID!) { deleteContact(input: { contactId: $id, force: true }) { __typename } }',
      { id: contact.id },
    );
    expect(await leftOvers()).not.toEqual([]);
    const first = await succeed(workspace, EraseContactDocument, { contactId: contact.id });
    expect(first.conversationCount).toBe(1);
    expect(await leftOvers()).toEqual([]);
    const second = await succeed(workspace, EraseContactDocument, { contactId: contact.id });
    expect(second.conversationCount).toBe(0);
  });

  it('answers a repeated request with the first numbers', async () => {
    const contact = await makeContact(workspace);
    await makeConversation(workspace, { contactId: contact.id });
    const input = { contactId: contact.id, idempotencyKey: 'erase' };
    const first = await succeed(workspace, EraseContactDocument, input);
    expect(first.conversationCount).toBe(1);
    expect(await succeed(workspace, EraseContactDocument, input)).toEqual(first);
  });

  it('takes an administrator, and a contact of the workspace', async () => {
    const contact = await makeContact(workspace);
    const agent = await signInAs(parley, workspace, 'AGENT');
    await failWith(agent, 'ForbiddenError', EraseContactDocument, { contactId: contact.id });
    await failWith(workspace, 'NotFoundError', EraseContactDocument, { contactId: unknownId('Contact') });
    const theirs = await makeContact(await parley.newWorkspace());
    await failWith(workspace, 'NotFoundError', EraseContactDocument, { contactId: theirs.id });
  });
});
