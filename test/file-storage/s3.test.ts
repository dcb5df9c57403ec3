import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../src/config.js';
import { openUploadStore } from '../../src/file-storage/open-store.js';
import { createLog } from '../../src/lib/logger.js';
import { startS3 } from '../domain/uploads/support/s3.js';
import { attachmentsOf, filesIn, put, upload } from '../domain/uploads/support/upload.js';
import { CreateUploadDocument, SendMessageDocument } from '../generated/operations.js';
import { failWith, succeed } from '../support/act.js';
import { say } from '../support/conversations.js';
import { uuidOf } from '../support/ids.js';
import { makeConversation } from '../support/make.js';
import { startParley, type TestServer, type TestWorkspace } from '../support/parley.js';

let s3: Awaited<ReturnType<typeof startS3>>;
let parley: TestServer;
let workspace: TestWorkspace;
let conversationId: string;
beforeAll(async () => {
  s3 = await startS3('files');
  for (const [name, value] of Object.entries(s3.environment)) vi.stubEnv(name, value);
  parley = await startParley({
    config: { uploads: loadConfig({ UPLOADS: s3.uploads }).uploads, uploadMaxBytes: 1000 },
  });
});
beforeEach(async () => {
  workspace = await parley.newWorkspace();
  conversationId = (await makeConversation(workspace)).id;
});
afterAll(async () => {
  await parley.stop();
  await s3.stop();
  vi.unstubAllEnvs();
});

const issuesOf = async (uploadKeys: string[]) =>
  (await failWith(workspace, 'ValidationError', SendMessageDocument, { conversationId, uploadKeys })).issues;

describe('an S3 bucket', () => {
  it('stores a file with the returned headers and returns it', async () => {
    const created = await succeed(workspace, CreateUploadDocument, {
      extension: 'pdf',
      filename: 'Ä.pdf',
      sizeBytes: 5,
    });
    expect(created.headers).toEqual({ 'Content-Type': 'application/pdf', 'If-None-Match': '*' });
    expect((await put(created, 'Hello')).status).toBe(200);
    const message = await say(workspace, conversationId, { uploadKeys: [created.key] });
    const [attachment] = await attachmentsOf(workspace, message.id);
    expect(attachment).toMatchObject({ contentType: 'application/pdf', sizeBytes: 5 });
    const fetched = await fetch(attachment?.url ?? '');
    expect([fetched.status, await fetched.text()]).toEqual([200, 'Hello']);
    expect(fetched.headers.get('content-type')).toBe('application/pdf');
    expect(fetched.headers.get('content-disposition')).toBe(
      `attachment; filename="_.pdf"; filename*=UTF-8''%C3%84.pdf`,
    );
  });

  it('requires a declared size, since nothing else limits what is stored', async () => {
    const { issues } = await failWith(workspace, 'ValidationError', CreateUploadDocument, { extension: 'pdf' });
    expect(issues).toEqual([{ path: ['sizeBytes'], message: expect.stringMatching(/^Must be given/) }]);
    await failWith(workspace, 'ValidationError', CreateUploadDocument, { extension: 'pdf', sizeBytes: 1001 });
  });

  it('refuses another type, another size and a second store, all of which are signed', async () => {
    const created = await succeed(workspace, CreateUploadDocument, { extension: 'png', sizeBytes: 5 });
    const signed = new URL(created.url).searchParams.get('X-Amz-SignedHeaders')?.split(';');
    expect(signed).toEqual(['content-length', 'content-type', 'host', 'if-none-match']);
    expect((await put(created, 'Hello', { 'Content-Type': 'text/html' })).status).toBe(403);
    expect((await put(created, 'Hello!')).status).toBe(403);
    expect((await put(created, 'Hell')).status).toBe(403);
    expect((await put(created, 'Hello', { 'If-None-Match': '"a"' })).status).toBe(403);
    expect((await fetch(created.url)).status).toBe(403);
    expect(await filesIn(s3.directory)).not.toEqual(expect.arrayContaining([expect.stringContaining(created.key)]));
    expect((await put(created, 'Hello')).status).toBe(200);
  });

  it('is checked for the file before a message uses it', async () => {
    const created = await succeed(workspace, CreateUploadDocument, { extension: 'png', sizeBytes: 5 });
    expect(await issuesOf([created.key])).toMatchObject([
      { path: ['uploadKeys', '0'], message: expect.stringContaining('not stored yet') },
    ]);
    // As in a store that does not compare what is signed.
    const large = await upload(workspace, 'x'.repeat(999), { extension: 'txt', sizeBytes: 999 });
    const where = { workspaceId: uuidOf(workspace.id), key: large };
    await parley.database.prisma.upload.updateMany({ where, data: { sizeBytes: 5 } });
    expect(await issuesOf([large])).toMatchObject([
      { path: ['uploadKeys', '0'], message: 'Is stored with 999 bytes, but was declared with 5.' },
    ]);
    await put(created, 'Hello');
    await say(workspace, conversationId, { uploadKeys: [created.key] });
  });

  it('is not trusted if it has another type than declared', async () => {
    const key = await upload(workspace, 'Hello', { extension: 'txt', sizeBytes: 5 });
    const where = { workspaceId: uuidOf(workspace.id), key };
    await parley.database.prisma.upload.updateMany({ where, data: { contentType: 'image/png' } });
    expect(await issuesOf([key])).toMatchObject([
      { message: 'Is stored as text/plain, but was declared as image/png.' },
    ]);
  });

  it('stores a file below the prefix and the workspace until it is removed', async () => {
    const key = await upload(workspace, 'Hello', { extension: 'txt', sizeBytes: 5 });
    const found = async () =>
      (await filesIn(s3.directory)).some((file) => file.includes(`/chat/${workspace.id}/${key}`));
    expect(await found()).toBe(true);
    const log = createLog('silent');
    const { uploads } = loadConfig({ UPLOADS: s3.uploads });
    const store = await openUploadStore(uploads, { secret: new Uint8Array(32), clock: () => new Date(), log });
    const file = { workspaceId: uuidOf(workspace.id), key };
    expect(await store.find(file)).toEqual({ sizeBytes: 5, contentType: 'text/plain' });
    await store.remove(file);
    await store.remove(file);
    expect(await store.find(file)).toBeNull();
    expect(await found()).toBe(false);
    await store.close();
  });

  it('stores what comes as a stream in parts, as a whole or not at all', async () => {
    const { uploads } = loadConfig({ UPLOADS: s3.uploads });
    const log = createLog('silent');
    const store = await openUploadStore(uploads, { secret: new Uint8Array(32), clock: () => new Date(), log });
    const fileOf = (digit: string) => ({ workspaceId: uuidOf(workspace.id), key: `${digit.repeat(32)}.json` });
    const chunk = Buffer.alloc(1_000_003, 'x');
    async function* chunks(count: number, fails = false): AsyncGenerator<Uint8Array> {
      for (let index = 0; index < count; index += 1) yield chunk;
      if (fails) throw new Error('The database has gone.');
    }
    for (const [digit, count] of [
      ['1', 0],
      ['2', 2],
      ['3', 20],
    ] as const) {
      const file = fileOf(digit);
      await store.write({ ...file, contentType: 'application/json' }, chunks(count));
      expect(await store.find(file)).toEqual({ sizeBytes: count * chunk.length, contentType: 'application/json' });
    }
    const broken = fileOf('4');
    const written = store.write({ ...broken, contentType: 'application/json' }, chunks(20, true));
    await expect(written).rejects.toThrow('The database has gone.');
    expect(await store.find(broken)).toBeNull();
    const left = (await filesIn(s3.directory)).filter((name) => name.includes('uploads') && name.includes('4444'));
    expect(left).toEqual([]);
    await store.close();
  });
});
