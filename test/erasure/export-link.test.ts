import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { removeUnused } from '../../src/domain/uploads/remove-unused.js';
import { createLocalStore } from '../../src/file-storage/local/local-store.js';
import { createLog } from '../../src/lib/logger.js';
import { filesIn } from '../domain/uploads/support/upload.js';
import {
  CreateContactExportLinkDocument,
  ExportContactDocument,
  SendMessageDocument,
} from '../generated/operations.js';
import { failWith, succeed } from '../support/act.js';
import { testClock } from '../support/clock.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeContact, makeConversation } from '../support/make.js';
import { useScratchDatabase } from '../support/scratch-database.js';

const HOUR_MS = 60 * 60 * 1000;

const clock = testClock('2026-03-01T12:00:00.000Z');
const directory = await mkdtemp(path.join(tmpdir(), 'export-link-'));
afterAll(() => rm(directory, { recursive: true, force: true }));
const parley = useParley({
  databaseUrl: useScratchDatabase().url,
  clock: clock.now,
  config: { uploads: { kind: 'local', directory } },
});
const workspace = useFreshWorkspace(parley);

async function cleanUp(): Promise<void> {
  const store = createLocalStore({
    directory,
    secret: new Uint8Array(32),
    clock: clock.now,
    log: createLog('silent'),
  });
  const { signal } = new AbortController();
  await removeUnused({ prisma: parley.database.prisma, store, now: clock.now(), signal });
}

it('a link to an export ends after an hour, the export after a day, and its file is removed then', async () => {
  const { id: contactId } = await makeContact(workspace);
  const { exportKey, expiresAt } = await succeed(workspace, ExportContactDocument, { contactId });
  const made = clock.now().getTime();
  expect(expiresAt).toBe(new Date(made + 24 * HOUR_MS).toISOString());
  const link = await succeed(workspace, CreateContactExportLinkDocument, { exportKey });
  expect(link.expiresAt).toBe(new Date(made + HOUR_MS).toISOString());
  clock.tick(HOUR_MS - 1000);
  expect((await fetch(link.url)).status).toBe(200);
  clock.tick(1000);
  expect((await fetch(link.url)).status).toBe(403);
  clock.tick(23 * HOUR_MS - 5000);
  await cleanUp();
  const last = await succeed(workspace, CreateContactExportLinkDocument, { exportKey });
  expect([last.expiresAt, (await fetch(last.url)).status]).toEqual([expiresAt, 200]);
  clock.tick(5000);
  expect((await fetch(last.url)).status).toBe(403);
  await failWith(workspace, 'NotFoundError', CreateContactExportLinkDocument, { exportKey });
  clock.tick(HOUR_MS + 1000);
  await cleanUp();
  expect(await filesIn(directory)).toEqual([]);
});

it('an export is no upload: no message can use it, and it takes no room', async () => {
  const { id: contactId } = await makeContact(workspace);
  const { exportKey } = await succeed(workspace, ExportContactDocument, { contactId });
  const { id: conversationId } = await makeConversation(workspace, { contactId });
  const { issues } = await failWith(workspace, 'ValidationError', SendMessageDocument, {
    conversationId,
    uploadKeys: [exportKey],
  });
  expect(issues).toEqual([{ path: ['uploadKeys', '0'], message: 'Must be the key of an upload of this workspace.' }]);
  expect(await parley.database.prisma.storedBytes.count()).toBe(0);
});
