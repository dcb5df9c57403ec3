import { beforeEach, expect, it } from 'vitest';
import { CreateUploadDocument, DeleteMessageDocument } from '../../generated/operations.js';
import { failWith, succeed } from '../../support/act.js';
import { testClock } from '../../support/clock.js';
import { say } from '../../support/conversations.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { makeContact, makeConversation } from '../../support/make.js';
import type { TestWorkspace } from '../../support/parley.js';
import { signIn } from '../../support/token.js';
import { put } from './support/upload.js';

const HOUR_MS = 60 * 60 * 1000;

const clock = testClock('2126-03-01T12:00:00.000Z');
const parley = useParley({ clock: clock.now });
const workspace = useFreshWorkspace(parley);
let contactId: string;
let asContact: TestWorkspace;
beforeEach(async () => {
  contactId = (await makeContact(workspace)).id;
  asContact = await signIn(parley, workspace, contactId);
});

const createMany = (client: TestWorkspace, count: number) =>
  Promise.all(Array.from({ length: count }, () => succeed(client, CreateUploadDocument, { extension: 'txt' })));

const refused = async (client: TestWorkspace) => {
  const { message } = await failWith(client, 'ConflictError', CreateUploadDocument, { extension: 'txt' });
  return message;
};

it('a contact can have 50 unused uploads in 24 hours, regardless of other callers', async () => {
  await createMany(asContact, 50);
  expect(await refused(asContact)).toContain('50 uploads');
  expect(await refused(await signIn(parley, workspace, contactId))).toContain('50 uploads');
  await succeed(await signIn(parley, workspace, (await makeContact(workspace)).id), CreateUploadDocument, {
    extension: 'txt',
  });
  await succeed(workspace, CreateUploadDocument, { extension: 'txt' });
  clock.tick(24 * HOUR_MS + 1);
  await succeed(await signIn(parley, workspace, contactId), CreateUploadDocument, { extension: 'txt' });
});

it('an upload that a message uses does not count until the message is deleted', async () => {
  const { id: conversationId } = await makeConversation(workspace, { contactId });
  const [first, second] = await createMany(asContact, 50);
  if (!first || !second) throw new Error('There is no upload.');
  const messages: string[] = [];
  for (const upload of [first, second]) {
    await put(upload, 'Hello');
    messages.push((await say(asContact, conversationId, { uploadKeys: [upload.key] })).id);
  }
  await succeed(asContact, CreateUploadDocument, { extension: 'txt' });
  await succeed(asContact, DeleteMessageDocument, { messageId: messages[0] ?? '' });
  await refused(asContact);
});

it('a key or user can have 1000 unused uploads', async () => {
  const { database } = parley;
  const { key } = await succeed(workspace, CreateUploadDocument, { extension: 'txt' });
  await database.prisma.$executeRaw`
    INSERT INTO "Upload" ("workspaceId", id, key, "contentType", "callerId", "expiresAt", "createdAt")
    SELECT "workspaceId", gen_random_uuid(), number || key, "contentType", "callerId", "expiresAt", "createdAt"
    FROM "Upload", generate_series(1, 998) AS number WHERE key = ${key}`;
  await succeed(workspace, CreateUploadDocument, { extension: 'txt' });
  expect(await refused(workspace)).toContain('1000 uploads');
});
