import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { filesIn } from '../domain/uploads/support/upload.js';
import {
  AuditEventsDocument,
  CreateContactExportLinkDocument,
  EraseContactDocument,
  ExportContactDocument,
} from '../generated/operations.js';
import { act, ask, failWith, succeed } from '../support/act.js';
import { say } from '../support/conversations.js';
import { unknownId, uuidOf } from '../support/ids.js';
import { makeContact, makeConversation } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import { signInAs } from '../support/token.js';
import { makeEndpoint, PATIENCE } from '../webhook-delivery/support/endpoints.js';
import { useReceivers } from '../webhook-delivery/support/receiver.js';
import { settled } from '../webhook-delivery/support/world.js';
import { fetchExport, leavesOf } from './support/exports.js';
import { MARK, writeEverything } from './support/person.js';
import { useWorld } from './support/world.js';

const { database, directory, parley, workspace } = await useWorld();
const startReceiver = useReceivers();

/** The texts about the person in all tables, by table and column. */
async function held(): Promise<Map<string, Set<string>>> {
  const tables = await database.rows<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace`,
  );
  const found = new Map<string, Set<string>>();
  for (const { name } of tables) {
    for (const { row } of await database.rows<{ row: object }>(`SELECT to_jsonb(t) AS row FROM "${name}" t`)) {
      for (const [column, value] of Object.entries(row)) {
        for (const text of leavesOf(value)) {
          const place = `${name}.${column}`;
          if (MARK.test(text)) found.set(place, (found.get(place) ?? new Set()).add(text));
        }
      }
    }
  }
  return found;
}

/** Where something about the person is that an export has not. */
async function missingFrom(exported: unknown): Promise<string[]> {
  const texts = new Set(leavesOf(exported));
  const places = [...(await held())].filter(([, values]) => [...values].some((text) => !texts.has(text)));
  return places.map(([place]) => place).sort();
}

describe('exportContact', () => {
  it('has what erasing would remove from every table, but for what the documentation names', async () => {
    const repeating = await startReceiver((response, { text }) => response.writeHead(200).end(text));
    const endpoint = await makeEndpoint(workspace, { url: repeating.url, events: ['*', 'note.added', 'note.updated'] });
    const { contact, conversationId, other, foreign, prospect, shared } = await writeEverything(
      parley,
      workspace,
      database,
    );
    await settled(parley, workspace, endpoint.id);
    expect((await held()).size).toBeGreaterThan(30);

    const answer = await succeed(workspace, ExportContactDocument, { contactId: contact.id });
    expect(answer).toMatchObject({
      exportedContactId: contact.id,
      conversationCount: 1,
      messageCount: 3,
      fileCount: 3,
      prospectCount: 1,
      aliasCount: 3,
    });
    expect(answer.eventCount).toBeGreaterThan(8);
    expect(answer.deliveryCount).toBeGreaterThan(8);
    const { body, text } = await fetchExport(workspace, answer.exportKey);
    expect(Buffer.byteLength(text)).toBe(answer.sizeBytes);
    expect(text).not.toContain('qmarkq note"');
    expect(await missingFrom(body)).toEqual([
      'Conversation.closureNotes',
      'Conversation.closureReason',
      'Event.payload',
      'Message.content',
      'Message.text',
      'Transfer.reason',
      'Transfer.summary',
      'WebhookDelivery.body',
      'WebhookDelivery.responseBody',
    ]);
    expect(body).toMatchObject({
      format: 'parley-contact-1',
      workspaceId: workspace.id,
      contactId: contact.id,
      includesInternal: false,
      conversations: [{ id: conversationId, contactId: contact.id }],
      webhookDeliveries: expect.arrayContaining([expect.objectContaining({ receiver: new URL(repeating.url).origin })]),
      prospects: [{ id: prospect.id, createdByType: 'API_KEY', createdById: expect.stringMatching(/^key_/) }],
      prospectLinks: expect.arrayContaining([expect.objectContaining({ prospectId: shared.id })]),
    });
    expect(body.messages).toContainEqual(expect.objectContaining({ id: foreign, conversationId: other.id }));
    // Nothing internal gets out: UUIDs are public ids.
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/);

    const whole = await succeed(workspace, ExportContactDocument, { contactId: contact.id, includeInternal: true });
    expect(whole.messageCount).toBe(4);
    const { body: internal } = await fetchExport(workspace, whole.exportKey);
    // Of deliveries about a conversation of somebody else, bodies also tell of that person.
    const bodiesOnly = ['WebhookDelivery.body', 'WebhookDelivery.responseBody'];
    expect(bodiesOnly).toEqual(expect.arrayContaining(await missingFrom(internal)));
    const bodies = leavesOf(internal).filter((value) => value.startsWith('{') && MARK.test(value));
    expect(bodies.length).toBeGreaterThan(8);
  });

  it('has nothing of other contacts and other workspaces', async () => {
    const [contact, stranger] = [await makeContact(workspace, 'qmarkq'), await makeContact(workspace, 'Stranger')];
    const own = await makeConversation(workspace, { contactId: contact.id, subject: 'Own' });
    await say(workspace, own.id, { text: 'To whom it concerns' });
    const theirs = await makeConversation(workspace, { contactId: stranger.id, participantIds: [contact.id] });
    await say(workspace, theirs.id, { text: 'Stranger writes', direction: 'INBOUND' });
    const elsewhere = await parley.newWorkspace();
    const twin = await makeContact(elsewhere, 'Twin');
    await makeConversation(elsewhere, { contactId: twin.id, subject: 'Twin' });
    const { exportKey } = await succeed(workspace, ExportContactDocument, { contactId: contact.id });
    const { text } = await fetchExport(workspace, exportKey);
    expect(text).toContain('To whom it concerns');
    expect(text).not.toMatch(/Stranger|Twin/);
    await failWith(elsewhere, 'NotFoundError', CreateContactExportLinkDocument, { exportKey });
    await failWith(elsewhere, 'NotFoundError', ExportContactDocument, { contactId: contact.id });
  });

  it('takes an administrator, as does a link, and both are audited', async () => {
    const contact = await makeContact(workspace);
    const [agent, admin] = [await signInAs(parley, workspace, 'AGENT'), await signInAs(parley, workspace, 'ADMIN')];
    await failWith(agent, 'ForbiddenError', ExportContactDocument, { contactId: contact.id });
    await failWith(workspace, 'NotFoundError', ExportContactDocument, { contactId: unknownId('Contact') });
    const { exportKey } = await succeed(workspace, ExportContactDocument, { contactId: contact.id });
    await failWith(agent, 'ForbiddenError', CreateContactExportLinkDocument, { exportKey });
    await succeed(admin, CreateContactExportLinkDocument, { exportKey });
    await succeed(workspace, CreateContactExportLinkDocument, { exportKey });
    const entries = nodesOf(await ask(workspace, AuditEventsDocument, { filter: { targetId: contact.id }, first: 10 }));
    expect(entries.map(({ action }) => action)).toEqual([
      'contact.exportLinked',
      'contact.exportLinked',
      'contact.exported',
    ]);
    expect(entries[0]?.actor?.id).not.toBe(entries[1]?.actor?.id);
    for (const { targetType, changes } of entries) {
      expect(targetType).toBe('Contact');
      expect(changes).toContainEqual({ field: 'exportKey', from: null, to: exportKey, hidden: false });
    }
  });

  it('answers a repeated request with the first export, also one at the same time, and keeps a refusal', async () => {
    const contact = await makeContact(workspace);
    const input = { contactId: contact.id, idempotencyKey: 'export' };
    const answers = await Promise.all([1, 2, 3].map(() => succeed(workspace, ExportContactDocument, input)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await succeed(workspace, ExportContactDocument, input)).toEqual(answers[0]);
    await fetchExport(workspace, answers[0]?.exportKey ?? '');
    const files = (await filesIn(directory)).filter((file) => file.includes(workspace.id));
    expect(files.map((file) => path.basename(file))).toEqual([answers[0]?.exportKey]);
    const refused = { contactId: unknownId('Contact'), idempotencyKey: 'refused' };
    const refusal = await failWith(workspace, 'NotFoundError', ExportContactDocument, refused);
    expect(await act(workspace, ExportContactDocument, refused)).toEqual(refusal);
  });

  it('is gone with the contact when that is erased', async () => {
    const contact = await makeContact(workspace, 'qmarkq Ada');
    const { exportKey } = await succeed(workspace, ExportContactDocument, { contactId: contact.id });
    const { url } = await succeed(workspace, CreateContactExportLinkDocument, { exportKey });
    expect((await fetch(url)).status).toBe(200);
    await succeed(workspace, EraseContactDocument, { contactId: contact.id });
    await failWith(workspace, 'NotFoundError', CreateContactExportLinkDocument, { exportKey });
    await vi.waitFor(async () => expect((await fetch(url)).status).toBe(404), PATIENCE);
  });

  it('reads thousands of messages page by page, in order', async () => {
    const contact = await makeContact(workspace, 'Many');
    const { id } = await makeConversation(workspace, { contactId: contact.id });
    await say(workspace, id, { text: 'first', direction: 'INBOUND' });
    await database.rows(
      `INSERT INTO "Message" SELECT (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid(), 'seq', n, 'text', 'text ' || n))).*
       FROM "Message" m, generate_series(2, 1500) AS n WHERE m."conversationId" = '${uuidOf(id)}'`,
    );
    await database.rows(`UPDATE "Conversation" SET "messageCount" = 1500 WHERE id = '${uuidOf(id)}'`);
    const { messageCount, exportKey } = await succeed(workspace, ExportContactDocument, { contactId: contact.id });
    expect(messageCount).toBe(1500);
    const { body } = await fetchExport(workspace, exportKey);
    const numbers = body.messages.map((message) => Object(message).seq);
    expect(numbers).toEqual(Array.from({ length: 1500 }, (_, index) => index + 1));
  });
});
