import { readFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { filesIn } from '../domain/uploads/support/upload.js';
import {
  AuditEventsDocument,
  ChangesDocument,
  ContactDocument,
  EraseContactDocument,
  EventCursorDocument,
  MergeContactsDocument,
} from '../generated/operations.js';
import { ask, failWith, succeed } from '../support/act.js';
import { unknownId, uuidOf } from '../support/ids.js';
import { eventsOf, makeContact, makeConversation } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import { signInAs } from '../support/token.js';
import { makeEndpoint, PATIENCE } from '../webhook-delivery/support/endpoints.js';
import { useReceivers } from '../webhook-delivery/support/receiver.js';
import { settled } from '../webhook-delivery/support/world.js';
import { MARK, writeEverything } from './support/person.js';
import { useWorld } from './support/world.js';

const { database, directory, parley, workspace } = await useWorld();
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

describe('eraseContact', () => {
  it('leaves nothing of the person in any table, file or delivery, and says how much there was', async () => {
    const repeating = await startReceiver((response, { text }) => response.writeHead(200).end(text));
    const failing = await startReceiver((response, { text }) => response.writeHead(500).end(text));
    const endpoint = await makeEndpoint(workspace, { url: repeating.url, events: ['*', 'note.added', 'note.updated'] });
    await makeEndpoint(workspace, { url: failing.url });
    const { contact, conversationId, other, foreign, prospect, shared } = await writeEverything(
      parley,
      workspace,
      database,
    );
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
