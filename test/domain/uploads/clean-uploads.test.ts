import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { removeUnused } from '../../../src/domain/uploads/remove-unused.js';
import { takeUnused } from '../../../src/domain/uploads/unused-uploads.sql.js';
import { newUploadKey } from '../../../src/domain/uploads/upload-key.js';
import { createLocalStore } from '../../../src/file-storage/local/local-store.js';
import { addJobs } from '../../../src/unit-of-work/add-jobs.sql.js';
import { withSql } from '../../faults/support/log-rows.js';
import {
  CreateUploadDocument,
  DeleteConversationDocument,
  DeleteMessageDocument,
  SendMessageDocument,
} from '../../generated/operations.js';
import { act, failWith, succeed } from '../../support/act.js';
import { say } from '../../support/conversations.js';
import { uuidOf } from '../../support/ids.js';
import { makeConversation } from '../../support/make.js';
import { expectType, startParley, type TestServer, type TestWorkspace } from '../../support/parley.js';
import { useScratchDatabase } from '../../support/scratch-database.js';
import { attachmentsOf, filesIn, upload } from './support/upload.js';

const { url: databaseUrl, rows } = useScratchDatabase();
const start = new Date('2126-03-01T12:00:00.000Z');
const hoursLater = (hours: number) => new Date(start.getTime() + hours * 60 * 60 * 1000);
const directory = path.join(tmpdir(), `parley-uploads-${randomUUID()}`);
let now: Date;
let parley: TestServer;
let workspace: TestWorkspace;
let conversationId: string;
beforeEach(async () => {
  now = start;
  parley = await startParley({
    databaseUrl,
    clock: () => now,
    config: { uploads: { kind: 'local', directory }, worker: true },
  });
  workspace = await parley.newWorkspace();
  conversationId = (await makeConversation(workspace)).id;
});
afterEach(() => parley.stop());
afterAll(() => rm(directory, { recursive: true, force: true }));

const { signal } = new AbortController();

const openStore = () =>
  createLocalStore({ directory, secret: new Uint8Array(32), clock: () => now, log: pino({ enabled: false }) });

/** Cleans up as of a time, and returns the remaining keys. */
async function clean(at: Date): Promise<string[]> {
  await removeUnused({ prisma: parley.database.prisma, store: openStore(), now: at, signal });
  const left = await parley.database.prisma.upload.findMany({ where: { workspaceId: uuidOf(workspace.id) } });
  return left.map(({ key }) => key).toSorted();
}

const namesOfFiles = async () => (await filesIn(directory)).map((file) => path.basename(file)).toSorted();

describe('the cleanup of uploads', () => {
  it('removes uploads that no message has used for a day, and keeps the others', async () => {
    const [used, unused] = [await upload(workspace), await upload(workspace)];
    const { key: unstored } = await succeed(workspace, CreateUploadDocument, { extension: 'txt' });
    await say(workspace, conversationId, { uploadKeys: [used] });
    expect(await clean(hoursLater(24))).toEqual([used, unused, unstored].toSorted());
    expect(await clean(hoursLater(25))).toEqual([used]);
    expect(await namesOfFiles()).toEqual([used]);
    await failWith(workspace, 'ValidationError', SendMessageDocument, { conversationId, uploadKeys: [unused] });
  });

  it('forgets the uploads of deleted messages once their URLs have expired', async () => {
    const key = await upload(workspace);
    const { id } = await say(workspace, conversationId, { uploadKeys: [key] });
    await succeed(workspace, DeleteMessageDocument, { messageId: id });
    expect(await clean(hoursLater(1))).toEqual([key]);
    expect(await clean(hoursLater(1.5))).toEqual([]);
    expect(await namesOfFiles()).not.toContain(key);
  });

  it('runs as a job of the worker', async () => {
    const key = await upload(workspace);
    now = hoursLater(25);
    await parley.database.transaction(async ({ later }) => addJobs(later, [{ name: 'clean-uploads', payload: {} }]));
    const PATIENCE = { timeout: 15_000, interval: 50 };
    await vi.waitFor(async () => expect(await namesOfFiles()).not.toContain(key), PATIENCE);
  });

  it('continues where it was interrupted', async () => {
    const keys = await Promise.all(Array.from({ length: 3 }, () => upload(workspace)));
    const remove = () => Promise.reject(new Error('The store is away.'));
    await expect(
      removeUnused({ prisma: parley.database.prisma, store: { ...openStore(), remove }, now: hoursLater(25), signal }),
    ).rejects.toThrow('The store is away.');
    await failWith(workspace, 'ValidationError', SendMessageDocument, { conversationId, uploadKeys: keys });
    expect(await clean(hoursLater(25))).toEqual([]);
  });

  it('gives back what the uploads took, once', async () => {
    await succeed(workspace, CreateUploadDocument, { extension: 'txt', sizeBytes: 400 });
    await succeed(workspace, CreateUploadDocument, { extension: 'txt' });
    const id = uuidOf(workspace.id);
    const stored = () =>
      rows<{ bytes: number }>(`SELECT bytes::int AS bytes FROM "StoredBytes" WHERE "workspaceId" = '${id}'`);
    const reserved = { bytes: 400 + 25 * 1024 * 1024 };
    // For the key and for the workspace.
    expect(await stored()).toEqual([reserved, reserved]);
    const remove = () => Promise.reject(new Error('The store is away.'));
    for (const store of [{ ...openStore(), remove }, { ...openStore(), remove }, openStore()]) {
      const options = { prisma: parley.database.prisma, store, now: hoursLater(25), signal };
      await removeUnused(options).catch(() => undefined);
      expect(await stored()).toEqual([{ bytes: 0 }, { bytes: 0 }]);
    }
  });

  it('is safe against a message about to use the upload', async () => {
    const key = await upload(workspace);
    const id = uuidOf(conversationId);
    const answer = await withSql(databaseUrl, async (sql) => {
      await sql.query('BEGIN');
      await sql.query('SELECT FROM "Conversation" WHERE id = $1 FOR UPDATE', [id]);
      const sent = act(workspace, SendMessageDocument, { conversationId, uploadKeys: [key] });
      const held = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      await vi.waitFor(async () => expect(await rows(held)).not.toEqual([]), { timeout: 10_000 });
      // It has looked by now, and goes on once the upload is taken.
      expect(await takeUnused(parley.database.prisma, hoursLater(25), 1)).toMatchObject([{ key }]);
      await sql.query('COMMIT');
      return sent;
    });
    expect(expectType(answer, 'ValidationError').issues).toMatchObject([{ path: ['uploadKeys', '0'] }]);
    expect(await clean(hoursLater(25))).toEqual([]);
  });

  it('removes more than one batch, and each upload once if two run concurrently', async () => {
    const row = { workspaceId: uuidOf(workspace.id), contentType: 'text/plain', createdAt: start, expiresAt: start };
    const data = Array.from({ length: 250 }, () => ({ ...row, id: randomUUID(), key: newUploadKey('txt') }));
    await parley.database.prisma.upload.createMany({ data });
    const options = { prisma: parley.database.prisma, store: openStore(), now: hoursLater(25), signal };
    await Promise.all([removeUnused(options), removeUnused(options)]);
    expect(await clean(hoursLater(25))).toEqual([]);
  });
});

it.each([
  ['message', (messageId: string) => succeed(workspace, DeleteMessageDocument, { messageId })],
  ['conversation', () => succeed(workspace, DeleteConversationDocument, { conversationId })],
])('a URL of a file ends when its %s is deleted, and those of other files do not', async (_what, remove) => {
  const [gone, kept] = [await upload(workspace), await upload(workspace)];
  const other = await makeConversation(workspace);
  const messages = [
    await say(workspace, conversationId, { uploadKeys: [gone] }),
    await say(workspace, other.id, { uploadKeys: [kept] }),
  ];
  const urls = await Promise.all(messages.map(async ({ id }) => (await attachmentsOf(workspace, id))[0]?.url ?? ''));
  const statuses = () => Promise.all(urls.map(async (url) => (await fetch(url)).status));
  expect(await statuses()).toEqual([200, 200]);
  await remove(messages[0]?.id ?? '');
  await vi.waitFor(async () => expect(await statuses()).toEqual([404, 200]), { timeout: 15_000, interval: 50 });
  await failWith(workspace, 'ValidationError', SendMessageDocument, { conversationId: other.id, uploadKeys: [gone] });
});
