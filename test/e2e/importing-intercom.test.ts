import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestServer, TestWorkspace } from '../support/parley.js';
import { signIn } from '../support/token.js';
import { digestRows } from '../support/workspace-rows.js';
import { type Files, START, writeFolder } from './support/chatwoot-export.js';
import { importedConversation } from './support/imported.js';
import { usePlace } from './support/moving.js';
import { TIMEOUT } from './support/program.js';
import { useTemporaryDirectory } from './support/temporary-directory.js';

const directory = useTemporaryDirectory();
const place = usePlace(directory, 'intercom');

let server: TestServer;
let workspace: TestWorkspace;

const admins = [
  { type: 'admin', id: '1295', name: 'Ada Admin', email: 'ada@agents.example.com', has_inbox_seat: true, avatar: null },
];
const contacts = [
  {
    type: 'contact',
    id: '5ba682d23d7cf92bef87bfd4',
    external_id: 'customer-70',
    role: 'user',
    name: 'Uma User',
    email: 'Uma@customers.example.com',
    phone: '+4930123457',
    custom_attributes: { plan: 'pro' },
    created_at: START - 500,
    updated_at: START,
  },
  { type: 'contact', id: 'lead-1', role: 'lead', name: null, email: null, phone: null, created_at: START },
];
const uma = { type: 'user', id: '5ba682d23d7cf92bef87bfd4', name: 'Uma User', email: 'uma@customers.example.com' };
const ada = { type: 'admin', id: '1295', name: 'Ada Admin', email: 'ada@agents.example.com' };
const fin = { type: 'bot', id: '900', name: 'Fin', email: 'operator@agents.example.com' };

function part(id: string, fields: Record<string, unknown>) {
  const created_at = START + Number(id);
  return { type: 'conversation_part', id, part_type: 'comment', created_at, author: ada, attachments: [], ...fields };
}

function conversation(fields: Record<string, unknown>, parts: object[] = []) {
  return {
    type: 'conversation',
    id: '471',
    title: null,
    created_at: START,
    updated_at: START + 300,
    snoozed_until: null,
    open: true,
    state: 'open',
    read: true,
    priority: 'priority',
    admin_assignee_id: 1295,
    team_assignee_id: 5017691,
    tags: { type: 'tag.list', tags: [{ type: 'tag', id: '9', name: 'billing' }] },
    source: {
      type: 'email',
      id: '403918320',
      delivered_as: 'customer_initiated',
      subject: '<p>My bill</p>',
      body: '<p>Hello &amp; good day,<br>please see <a href="https://bills.example.com/1">my bill</a></p>',
      author: uma,
      attachments: [],
      url: null,
    },
    contacts: { type: 'contact.list', contacts: [{ type: 'contact', id: uma.id, external_id: 'customer-70' }] },
    teammates: { type: 'admin.list', teammates: [ada] },
    custom_attributes: { order: 12 },
    conversation_parts: { type: 'conversation_part.list', conversation_parts: parts, total_count: parts.length },
    ...fields,
  };
}

const file = {
  type: 'upload',
  name: 'bill.pdf',
  url: 'https://files.example.com/bill.pdf',
  content_type: 'application/pdf',
};

const files: Files = {
  admins,
  contacts,
  conversations: [
    conversation({}, [
      part('10', { body: '<p>One moment</p>', author: fin }),
      part('11', { part_type: 'assignment', body: null, assigned_to: ada }),
      part('12', { part_type: 'note', body: '<ul><li>Knows us</li><li>Pays late</li></ul>' }),
      part('13', { body: '<p>Here it is <img src="https://files.example.com/inline.png"></p>', attachments: [file] }),
      part('14', { part_type: 'close', body: '<p>Bye</p>' }),
    ]),
    conversation({ id: '472', state: 'closed', priority: 'not_priority', admin_assignee_id: null, title: 'Old one' }),
    conversation({ id: '473', state: 'snoozed', snoozed_until: 7_258_118_400, admin_assignee_id: 0 }),
  ],
};

async function importInto(exported: Files) {
  const folder = path.join(directory(), `export-${crypto.randomUUID()}`);
  await writeFolder(folder, exported);
  const { code, stdout, stderr } = await place.command('import', '--from', 'intercom', workspace.id, folder, '--json');
  return { code, stderr, report: code === 0 ? JSON.parse(stdout) : null };
}

const read = (key: string) => importedConversation(workspace, `intercom:conversation:${key}`);

describe('an export of Intercom', () => {
  let first: Awaited<ReturnType<typeof importInto>>;

  beforeAll(async () => {
    server = await place.serve();
    workspace = await server.newWorkspace('Imported from Intercom');
    first = await importInto(files);
  }, 120_000);
  afterAll(() => server?.stop());

  it('is imported whole, and what is no message is counted', () => {
    const counts = { conversations: 3, messages: 7, contacts: 2, updated: 0, leftOut: 1 };
    expect(first).toMatchObject({ code: 0, stderr: '', report: { counts, badLines: 0 } });
  });

  it('has conversations with their state, contact, assignee and times', async () => {
    expect(await read('471')).toMatchObject({
      status: 'OPEN',
      priority: 'HIGH',
      subject: 'My bill',
      tags: ['billing'],
      channel: { name: 'Intercom email', type: 'EMAIL' },
      contact: { name: 'Uma User', email: 'uma@customers.example.com', externalId: 'customer-70' },
      assignee: { name: 'Ada Admin', email: 'ada@agents.example.com' },
      createdAt: '2025-03-01T00:00:00.000Z',
      lastMessageAt: '2025-03-01T00:00:14.000Z',
      messageCount: 4,
      unreadCount: 0,
    });
    const closed = {
      status: 'CLOSED',
      subject: 'Old one',
      assignee: null,
      closure: { at: '2025-03-01T00:05:00.000Z' },
    };
    expect(await read('472')).toMatchObject(closed);
    expect(await read('473')).toMatchObject({ status: 'SNOOZED', snoozedUntil: '2200-01-01T00:00:00.000Z' });
  });

  it('has messages in order, as text, with authors, notes and attachments', async () => {
    const { messages } = await read('471');
    expect(
      messages.map(({ text, author, direction, visibility }) => [text, author.name, direction, visibility]),
    ).toEqual([
      ['Hello & good day,\nplease see my bill (https://bills.example.com/1)', 'Uma User', 'INBOUND', 'PUBLIC'],
      ['One moment', 'Fin', 'OUTBOUND', 'PUBLIC'],
      ['- Knows us\n- Pays late', 'Ada Admin', 'OUTBOUND', 'INTERNAL'],
      ['Here it is', 'Ada Admin', 'OUTBOUND', 'PUBLIC'],
      ['Bye', 'Ada Admin', 'OUTBOUND', 'PUBLIC'],
    ]);
    expect(messages[3]?.content).toEqual({
      type: 'document',
      url: file.url,
      filename: 'bill.pdf',
      mimeType: 'application/pdf',
      caption: 'Here it is',
      attachments: [{ type: 'image', url: 'https://files.example.com/inline.png' }],
    });
  });

  it('shows a contact its conversations without the notes', async () => {
    const { id, contact } = await read('471');
    const asContact = await signIn(server, workspace, contact?.id ?? '');
    const query = 'query ($id: ID!) { conversation(id: $id) { messages(first: 100) { edges { node { text } } } } }';
    const { body } = await asContact.post(query, { id });
    expect(JSON.stringify(body)).toContain('One moment');
    expect(JSON.stringify(body)).not.toContain('Pays late');
  });

  it('changes nothing when it is imported again, and then adds what is new', TIMEOUT, async () => {
    const before = await digestRows(server, workspace);
    const none = { conversations: 0, messages: 0, contacts: 0, updated: 0 };
    expect((await importInto(files)).report.counts).toMatchObject(none);
    expect(await digestRows(server, workspace)).toEqual(before);
    const newer = conversation({ id: '472', state: 'open', admin_assignee_id: 1295, title: 'Old one' }, [
      part('20', { body: '<p>Again</p>', author: uma }),
    ]);
    const { report } = await importInto({ conversations: [newer] });
    expect(report.counts).toMatchObject({ ...none, messages: 1, updated: 1 });
    expect(await read('472')).toMatchObject({ status: 'OPEN', closure: null, messageCount: 2, priority: 'HIGH' });
  });
});
