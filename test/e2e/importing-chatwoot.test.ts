import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeId } from '../../src/lib/ids.js';
import { ChangesDocument, EventCursorDocument, EventsDocument } from '../generated/operations.js';
import { ask } from '../support/act.js';
import { uuidOf } from '../support/ids.js';
import type { TestServer, TestWorkspace } from '../support/parley.js';
import { signIn } from '../support/token.js';
import { digestRows } from '../support/workspace-rows.js';
import { makeEndpoint } from '../webhook-delivery/support/endpoints.js';
import {
  agentBots,
  agents,
  cleo,
  conversation,
  dora,
  type Files,
  inboxes,
  manyConversations,
  message,
  START,
  senders,
  writeFolder,
} from './support/chatwoot-export.js';
import { type Imported, importedConversation } from './support/imported.js';
import { killAt, usePlace } from './support/moving.js';
import { TIMEOUT } from './support/program.js';
import { useTemporaryDirectory } from './support/temporary-directory.js';

const directory = useTemporaryDirectory();
const place = usePlace(directory, 'chatwoot');

let server: TestServer;

beforeAll(async () => {
  server = await place.serve();
}, 120_000);
afterAll(() => server?.stop());

const picture = { id: 1, file_type: 'image', data_url: 'https://files.example.com/p/parcel.jpg', file_size: 2048 };

const files: Files = {
  agents,
  agent_bots: agentBots,
  inboxes,
  contacts: [cleo, dora],
  conversations: [
    conversation({ id: 1, priority: 'urgent', labels: ['delivery', 'vip'], contact_last_seen_at: START + 102 }),
    conversation({ id: 2, status: 'resolved', inbox_id: 4, additional_attributes: { mail_subject: 'Invoice' } }),
    conversation({ id: 3, contact: dora, status: 'snoozed', snoozed_until: '2199-01-01T00:00:00.000Z' }),
    conversation({ id: 4, contact: dora, status: 'snoozed', snoozed_until: START }),
  ],
  messages: [
    message(102, 1, { content: 'It is on its way', sender: senders.ana, status: 'read' }),
    message(101, 1, { content: 'Hello, I am a bot', sender: senders.bot }),
    message(100, 1, { content: 'Where is my parcel?', message_type: 0, sender: senders.cleo }),
    message(103, 1, { content: 'Ana assigned this to Bo', message_type: 2 }),
    message(104, 1, { content: 'Lost? Ask the carrier', sender: senders.gone, private: true }),
    message(105, 1, { content: 'This one?', message_type: 0, sender: senders.cleo, attachments: [picture] }),
    message(106, 1, { content: 'Gone', sender: senders.ana, content_attributes: { deleted: true } }),
    message(107, 1, { content: 'Yes', sender: senders.ana, content_attributes: { in_reply_to: 105 } }),
    message(200, 2, { content: 'My invoice, please', message_type: 0, sender: senders.cleo, source_id: 'mail-1' }),
    message(201, 2, { content: 'How did we do?', message_type: 3, content_type: 'input_csat', status: 'failed' }),
  ],
};

async function importInto(workspace: Pick<TestWorkspace, 'id'>, exported: Files, ...options: string[]) {
  const folder = path.join(directory(), `export-${crypto.randomUUID()}`);
  await writeFolder(folder, exported);
  const { code, stdout, stderr } = await place.command(
    'import',
    '--from',
    'chatwoot',
    workspace.id,
    folder,
    '--json',
    ...options,
  );
  return { code, stderr, folder, report: code === 0 ? JSON.parse(stdout) : null };
}

const read = (workspace: TestWorkspace, key: string): Promise<Imported> =>
  importedConversation(workspace, `chatwoot:conversation:${key}`);

async function changesSince(workspace: TestWorkspace, cursor: string) {
  const nodes: { __typename: string; id: string }[] = [];
  for (let after = cursor, more = true; more; ) {
    const page = await ask(workspace, ChangesDocument, { after, first: 100 });
    for (const change of page.nodes) if (change.__typename === 'NodeUpsert') nodes.push(change.node);
    [after, more] = [page.endCursor, page.hasNextPage];
  }
  return nodes;
}

describe('an export of Chatwoot', () => {
  let workspace: TestWorkspace;
  let beginning: string;
  let first: Awaited<ReturnType<typeof importInto>>;

  beforeAll(async () => {
    workspace = await server.newWorkspace('Imported from Chatwoot');
    await makeEndpoint(workspace, { url: 'https://hooks.example.com/' });
    beginning = await ask(workspace, EventCursorDocument, {});
    first = await importInto(workspace, files);
  }, 120_000);

  it('is imported whole, and what is no message is counted', () => {
    const counts = { conversations: 4, messages: 9, contacts: 2, updated: 0, leftOut: 1 };
    expect(first).toMatchObject({ code: 0, stderr: '', report: { workspaceId: workspace.id, counts, badLines: 0 } });
  });

  it('has conversations with their state, contact, assignee and times', async () => {
    const [one, two, three, four] = await Promise.all(['1', '2', '3', '4'].map((key) => read(workspace, key)));
    expect(one).toMatchObject({
      status: 'OPEN',
      priority: 'URGENT',
      tags: ['delivery', 'vip'],
      channel: { name: 'Shop chat', type: 'WEBCHAT' },
      contact: { name: 'Cleo Customer', email: 'cleo@customers.example.com', phone: '+4930123456' },
      assignee: { name: 'Ana Agent', email: 'ana@agents.example.com' },
      createdAt: '2025-03-01T00:00:00.000Z',
      lastMessageAt: '2025-03-01T00:01:47.000Z',
      messageCount: 6,
      unreadCount: 0,
    });
    expect(one?.contact).toMatchObject({ externalId: 'customer-cleo' });
    expect(two).toMatchObject({ status: 'CLOSED', subject: 'Invoice', closure: { at: '2025-03-01T00:05:00.000Z' } });
    expect(two?.channel).toMatchObject({ name: 'Support mail', type: 'EMAIL' });
    expect(three).toMatchObject({ status: 'SNOOZED', snoozedUntil: '2199-01-01T00:00:00.000Z' });
    expect(four).toMatchObject({ status: 'OPEN', snoozedUntil: null });
  });

  it('has messages in order, with authors, notes, attachments and replies', async () => {
    const { messages } = await read(workspace, '1');
    expect(
      messages.map(({ text, author, direction, visibility }) => [text, author.name, direction, visibility]),
    ).toEqual([
      ['Where is my parcel?', 'Cleo Customer', 'INBOUND', 'PUBLIC'],
      ['Hello, I am a bot', 'Greeter', 'OUTBOUND', 'PUBLIC'],
      ['It is on its way', 'Ana Agent', 'OUTBOUND', 'PUBLIC'],
      ['Lost? Ask the carrier', 'Gil Gone', 'OUTBOUND', 'INTERNAL'],
      ['This one?', 'Cleo Customer', 'INBOUND', 'PUBLIC'],
      [null, 'Ana Agent', 'OUTBOUND', 'PUBLIC'],
      ['Yes', 'Ana Agent', 'OUTBOUND', 'PUBLIC'],
    ]);
    const [, , sent, , shown, gone, reply] = messages;
    expect(sent).toMatchObject({ status: 'READ', createdAt: '2025-03-01T00:01:42.000Z' });
    expect(shown?.content).toMatchObject({ type: 'image', url: picture.data_url, caption: 'This one?' });
    expect(gone?.deletedAt).not.toBeNull();
    expect(reply?.replyTo).toEqual({ id: shown?.id });
    const [, template] = (await read(workspace, '2')).messages;
    expect(template).toMatchObject({ status: 'FAILED', author: { __typename: 'System' } });
  });

  it('shows a contact its conversations without the notes', async () => {
    const { id, contact } = await read(workspace, '1');
    const asContact = await signIn(server, workspace, contact?.id ?? '');
    const query = 'query ($id: ID!) { conversation(id: $id) { messages(first: 100) { edges { node { text } } } } }';
    const { body } = await asContact.post<{ conversation: { messages: { edges: { node: { text: string } }[] } } }>(
      query,
      { id },
    );
    const texts = body.data?.conversation.messages.edges.map(({ node }) => node.text);
    expect(texts).toEqual(['Where is my parcel?', 'Hello, I am a bot', 'It is on its way', 'This one?', null, 'Yes']);
  });

  it('is found by who synchronizes, and neither events nor webhooks tell of it', async () => {
    const nodes = await changesSince(workspace, beginning);
    const kinds = ['Conversation', 'Message', 'Contact', 'Channel', 'Bot'].map((kind) => [
      kind,
      nodes.filter(({ __typename }) => __typename === kind).length,
    ]);
    expect(Object.fromEntries(kinds)).toEqual({ Conversation: 4, Message: 9, Contact: 2, Channel: 2, Bot: 1 });
    expect((await ask(workspace, EventsDocument, { after: beginning, first: 100 })).edges).toEqual([]);
    const [event] = await place.rows<{ positions: number; count: number }>(
      `SELECT max(position)::int AS positions, count(*)::int AS count FROM "Event" WHERE "workspaceId" = '${uuidOf(workspace.id)}'`,
    );
    expect(event?.positions).toBe(event?.count);
    expect(await place.rows('SELECT FROM "WebhookDelivery"')).toEqual([]);
  });

  it('changes nothing when it is imported again', TIMEOUT, async () => {
    const before = await digestRows(server, workspace);
    const { report } = await importInto(workspace, files);
    expect(report.counts).toEqual({ conversations: 0, messages: 0, contacts: 0, updated: 0, leftOut: 1 });
    expect(await digestRows(server, workspace)).toEqual(before);
  });

  it('adds what is new, and changes what was not changed in Parley', TIMEOUT, async () => {
    const cursor = await ask(workspace, EventCursorDocument, {});
    const two = await read(workspace, '2');
    const closing = `mutation ($id: ID!) { updateConversation(input: { conversationId: $id, priority: LOW }) { __typename } }`;
    await workspace.post(closing, { id: two.id });
    const newer: Files = {
      ...files,
      contacts: [{ ...cleo, name: 'Cleo Changed' }, dora],
      conversations: [
        conversation({ id: 1, status: 'resolved', labels: ['vip'], last_activity_at: START + 900 }),
        conversation({ id: 2, status: 'open', inbox_id: 4, priority: 'high' }),
      ],
      messages: [
        message(101, 1, { content: 'Hello, I was a bot', sender: senders.bot }),
        message(102, 1, { content: '', sender: senders.ana, content_attributes: { deleted: true } }),
        message(108, 1, { content: 'Thanks', message_type: 0, sender: senders.cleo }),
      ],
    };
    const { report } = await importInto(workspace, newer);
    expect(report.counts).toEqual({ conversations: 0, messages: 1, contacts: 0, updated: 4, leftOut: 0 });
    const one = await read(workspace, '1');
    expect(one).toMatchObject({ status: 'CLOSED', tags: ['vip'], contact: { name: 'Cleo Changed' }, messageCount: 7 });
    expect(one.messages.map(({ text }) => text)).toEqual([
      'Where is my parcel?',
      'Hello, I was a bot',
      null,
      'Lost? Ask the carrier',
      'This one?',
      null,
      'Yes',
      'Thanks',
    ]);
    expect(await read(workspace, '2')).toMatchObject({ status: 'CLOSED', priority: 'LOW' });
    const touched = (await changesSince(workspace, cursor)).filter(({ __typename }) => __typename === 'Message');
    expect(touched).toHaveLength(3);
  });
});

it('lines that cannot be read are named and left out, up to a number', TIMEOUT, async () => {
  const workspace = await server.newWorkspace('Bad lines');
  const bad: Files = {
    ...files,
    conversations: [conversation({ id: 1 }), '{"id": 2, "status": ', { ...conversation({ id: 3 }), status: 'lost' }],
    messages: [message(100, 1, { content: 'Hello', created_at: 'yesterday' }), message(101, 1, { content: 'Hi' })],
  };
  const { code, stderr, report } = await importInto(workspace, bad);
  expect(code).toBe(0);
  expect(stderr.trimEnd().split('\n').sort()).toEqual([
    'conversations.jsonl:2 is left out: it is not JSON. Fetch the object again.',
    expect.stringMatching(/^conversations\.jsonl:3 is left out: status: .+ Correct it, or fetch the object again\.$/),
    'messages.jsonl:1 is left out: created_at: must be a time. Correct it, or fetch the object again.',
  ]);
  expect(report).toMatchObject({ counts: { conversations: 1, messages: 1 }, badLines: 3 });
  const refused = await importInto(workspace, bad, '--bad-lines', '1');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('That is one line too many of those that cannot be read');
});

it('an import that was interrupted goes on where it was', { timeout: 120_000 }, async () => {
  await server.stop();
  const folder = path.join(directory(), 'interrupted');
  await writeFolder(folder, manyConversations(250));
  const command = ['import', '--from', 'chatwoot', 'Interrupted', folder, '--create', '--json'];
  await killAt(place, { table: 'ReadPosition' }, ...command);
  const [workspace] = await place.rows<{ id: string }>(`SELECT id FROM "Workspace" WHERE name = 'Interrupted'`);
  const count = (table: string) => `(SELECT count(*)::int FROM "${table}" WHERE "workspaceId" = '${workspace?.id}')`;
  const counted = `SELECT ${count('Contact')} AS contacts, ${count('Conversation')} AS conversations, ${count('Message')} AS messages`;
  expect(await place.rows(counted)).toEqual([{ contacts: 250, conversations: 0, messages: 0 }]);
  const { code, stdout } = await place.command(...command);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    workspaceId: encodeId('Workspace', workspace?.id ?? ''),
    counts: { contacts: 0, conversations: 250, messages: 2500, updated: 0 },
  });
  expect(await place.rows(counted)).toEqual([{ contacts: 250, conversations: 250, messages: 2500 }]);
  server = await place.serve();
});

it.for([
  [['import', '--from', 'zendesk', 'acme', 'x'], /^Unknown product "zendesk"/],
  [['import', '--from', 'chatwoot', 'nowhere', '.'], /^There is no workspace with the slug or id "nowhere"/],
] as const)('workspace %j is refused', TIMEOUT, async ([command, complaint]) => {
  const { code, stderr } = await place.command(...command);
  expect(code).toBe(1);
  expect(stderr).toMatch(complaint);
});

it('a folder without conversations is refused', TIMEOUT, async () => {
  const workspace = await server.newWorkspace('Nothing');
  const { code, stderr } = await importInto(workspace, { contacts: [cleo] });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^The folder .+ has no file conversations\.jsonl: it is made as docs\/migrating\/chatwoot\.md says\.\n$/,
  );
});
