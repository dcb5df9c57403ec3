import { beforeEach, expect, it } from 'vitest';
import {
  CreateUploadDocument,
  type CreateUploadInput,
  DeleteConversationDocument,
  DeleteMessageDocument,
} from '../../generated/operations.js';
import { act, failWith, succeed } from '../../support/act.js';
import { say } from '../../support/conversations.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { uuidOf } from '../../support/ids.js';
import { makeContact, makeConversation } from '../../support/make.js';
import type { TestWorkspace } from '../../support/parley.js';
import { signIn } from '../../support/token.js';
import { put, upload } from './support/upload.js';

const MAX_FILE = 400;

let statements = 0;
const parley = useParley({
  config: { uploadMaxBytes: MAX_FILE, maxStoredBytes: { contact: 1_000, workspace: 3_000 } },
  onStatement: () => {
    statements += 1;
  },
});
const workspace = useFreshWorkspace(parley);
let contactId: string;
let contact: TestWorkspace;
beforeEach(async () => {
  contactId = (await makeContact(workspace)).id;
  contact = await signIn(parley, workspace, contactId);
});

const file = (sizeBytes?: number): CreateUploadInput => ({ extension: 'txt', sizeBytes: sizeBytes ?? null });
const create = (client: TestWorkspace, sizeBytes?: number) => succeed(client, CreateUploadDocument, file(sizeBytes));
const refusal = async (client: TestWorkspace, sizeBytes: number) =>
  (await failWith(client, 'ConflictError', CreateUploadDocument, file(sizeBytes))).message;

/** What is counted for a caller or the workspace. */
async function stored(ownerId: string): Promise<number> {
  const [row] = await parley.database.prisma.$queryRaw<{ bytes: number }[]>`
    SELECT bytes::int AS bytes FROM "StoredBytes"
    WHERE "workspaceId" = ${uuidOf(workspace.id)}::uuid AND "ownerId" = ${uuidOf(ownerId)}::uuid`;
  return row?.bytes ?? 0;
}

it('a contact stores no more bytes than it may, and another one and the team still do', async () => {
  await create(contact, 400);
  await create(contact, 400);
  expect(await refusal(contact, 201)).toMatch(/^Your files may take 1000 bytes, and this one would be too much\./);
  await create(contact, 200);
  expect(await refusal(await signIn(parley, workspace, contactId), 1)).toContain('1000 bytes');
  expect(await stored(contactId)).toBe(1_000);
  await create(await signIn(parley, workspace, (await makeContact(workspace)).id), 400);
  await create(workspace, 400);
});

it('the files of a workspace take no more bytes than they may, whoever stores them', async () => {
  for (let count = 0; count < 7; count += 1) await create(workspace, 400);
  expect(await refusal(workspace, 201)).toMatch(/^The files of this workspace may take 3000 bytes/);
  expect(await refusal(contact, 201)).toMatch(/^The files of this workspace may take 3000 bytes/);
  await create(contact, 200);
  expect(await stored(workspace.id)).toBe(3_000);
});

it('uploads that are created at the same time do not exceed the limit', async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, () => act(contact, CreateUploadDocument, file(200))));
  const kinds = answers.map(({ __typename }) => __typename);
  expect(kinds.filter((kind) => kind === 'CreateUploadPayload')).toHaveLength(5);
  expect(kinds.filter((kind) => kind === 'ConflictError')).toHaveLength(7);
  expect(await stored(contactId)).toBe(1_000);
});

it('a file of unknown size counts as the largest one until a message uses it', async () => {
  const { id: conversationId } = await makeConversation(workspace, { contactId });
  const first = await create(contact);
  await create(contact);
  expect(await refusal(contact, 300)).toContain('1000 bytes');
  await put(first, 'Hello');
  expect(await stored(contactId)).toBe(2 * MAX_FILE);
  await say(contact, conversationId, { uploadKeys: [first.key] });
  expect([await stored(contactId), await stored(workspace.id)]).toEqual([MAX_FILE + 5, MAX_FILE + 5]);
  await create(contact, 300);
});

it('deleting a message or a conversation gives back what its attachments took', async () => {
  const { id: conversationId } = await makeConversation(workspace, { contactId });
  const messages: string[] = [];
  for (const text of ['Hello', 'Hello again']) {
    const uploadKeys = [await upload(contact, text), await upload(workspace, text)];
    messages.push((await say(workspace, conversationId, { uploadKeys })).id);
  }
  expect([await stored(contactId), await stored(workspace.id)]).toEqual([16, 32]);
  await succeed(workspace, DeleteMessageDocument, { messageId: messages[0] ?? '' });
  expect([await stored(contactId), await stored(workspace.id)]).toEqual([11, 22]);
  await succeed(workspace, DeleteConversationDocument, { conversationId });
  expect([await stored(contactId), await stored(workspace.id)]).toEqual([0, 0]);
});

it('takes the same number of SQL statements after many uploads as after one', async () => {
  const count = async () => {
    statements = 0;
    await create(contact, 1);
    return statements;
  };
  await count();
  const few = await count();
  for (let created = 0; created < 20; created += 1) await create(contact, 1);
  expect(await count()).toBe(few);
  expect(few).toBeLessThan(12);
});
