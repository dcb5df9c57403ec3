import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginPut } from '../domain/uploads/support/slow-put.js';
import { attachmentsOf, filesIn, put } from '../domain/uploads/support/upload.js';
import { CreateUploadDocument } from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { say } from '../support/conversations.js';
import { makeConversation } from '../support/make.js';
import { startParley, type TestServer, type TestWorkspace } from '../support/parley.js';

let directory: string;
let parley: TestServer;
let workspace: TestWorkspace;
const start = () => startParley({ config: { uploads: { kind: 'local', directory }, shutdownSeconds: 2 } });
beforeEach(async () => {
  directory = path.join(tmpdir(), `parley-uploads-${randomUUID()}`);
  parley = await start();
  workspace = await parley.newWorkspace();
});
afterEach(async () => {
  await parley.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Waits until so many bytes lie in the folder. */
const expectBytes = (count: number) =>
  expect
    .poll(async () => {
      const sizes = await Promise.all((await filesIn(directory)).map(async (file) => (await stat(file)).size));
      return sizes.reduce((sum, size) => sum + size, 0);
    })
    .toBe(count);
const expectNoFiles = () => expect.poll(() => filesIn(directory)).toEqual([]);

describe('storing a file', () => {
  it('accepts more than a GraphQL request may contain, even without a declared size', async () => {
    const bytes = randomBytes(3_000_000);
    const { id } = await makeConversation(workspace);
    for (const told of [bytes.length, undefined]) {
      const created = await succeed(workspace, CreateUploadDocument, { extension: 'zip' });
      const slow = beginPut(created, told);
      slow.send(bytes);
      expect(await slow.end()).toBe(201);
      const { id: messageId } = await say(workspace, id, { uploadKeys: [created.key] });
      const [attachment] = await attachmentsOf(workspace, messageId);
      expect(attachment?.sizeBytes).toBe(bytes.length);
      const fetched = Buffer.from(await (await fetch(attachment?.url ?? '')).arrayBuffer());
      expect(createHash('sha256').update(fetched).digest()).toEqual(createHash('sha256').update(bytes).digest());
    }
  });

  it('writes while bytes arrive, and reveals nothing before the last one', async () => {
    const created = await succeed(workspace, CreateUploadDocument, { extension: 'zip', sizeBytes: 200_000 });
    const slow = beginPut(created, 200_000);
    slow.send(randomBytes(150_000));
    await expectBytes(150_000);
    expect((await filesIn(directory)).filter((file) => file.includes(created.key))).toEqual([]);
    slow.send(randomBytes(50_000));
    expect(await slow.end()).toBe(201);
    const files = await filesIn(directory);
    expect(files.map((file) => path.basename(file))).toEqual([created.key]);
  });

  it('succeeds for one of ten concurrent requests, whose bytes are kept', async () => {
    const created = await succeed(workspace, CreateUploadDocument, { extension: 'txt' });
    const bodies = Array.from({ length: 10 }, (_, index) => `body ${index}`);
    const statuses = await Promise.all(bodies.map(async (body) => (await put(created, body)).status));
    expect(statuses.toSorted()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
    const { id } = await makeConversation(workspace);
    const message = await say(workspace, id, { uploadKeys: [created.key] });
    const [attachment] = await attachmentsOf(workspace, message.id);
    const kept = await (await fetch(attachment?.url ?? '')).text();
    expect(kept).toBe(bodies[statuses.indexOf(201)]);
    expect((await put(created, 'later')).status).toBe(409);
    expect(await (await fetch(attachment?.url ?? '')).text()).toBe(kept);
    expect(await filesIn(directory)).toHaveLength(1);
  });
});

describe('an interrupted file', () => {
  it('leaves nothing and can be sent again', async () => {
    const created = await succeed(workspace, CreateUploadDocument, { extension: 'zip', sizeBytes: 100_000 });
    const slow = beginPut(created, 100_000);
    slow.send(randomBytes(60_000));
    await expectBytes(60_000);
    slow.abort();
    await expectNoFiles();
    expect((await put(created, randomBytes(100_000))).status).toBe(201);
  });

  it('leaves nothing if the server stops', async () => {
    const created = await succeed(workspace, CreateUploadDocument, { extension: 'zip', sizeBytes: 100_000 });
    const slow = beginPut(created, 100_000);
    slow.send(randomBytes(60_000));
    await expectBytes(60_000);
    await parley.stop();
    expect(await slow.outcome).toContain('Error');
    expect(await filesIn(directory)).toEqual([]);
    parley = await start();
  });

  it('is removed at startup after a crash, once no transfer can still be running', async () => {
    const incoming = path.join(directory, '.incoming');
    await mkdir(incoming, { recursive: true });
    await writeFile(path.join(incoming, 'old'), 'x');
    await writeFile(path.join(incoming, 'young'), 'x');
    const long = new Date(Date.now() - 2 * 60 * 60 * 1000);
    await utimes(path.join(incoming, 'old'), long, long);
    const second = await start();
    await second.stop();
    expect((await filesIn(directory)).map((file) => path.basename(file))).toEqual(['young']);
  });
});

describe('a stopping server', () => {
  it('lets an arriving file finish', async () => {
    const created = await succeed(workspace, CreateUploadDocument, { extension: 'txt', sizeBytes: 10 });
    const slow = beginPut(created, 10);
    slow.send('01234');
    await expectBytes(5);
    const stopped = parley.stop();
    slow.send('56789');
    expect(await slow.end()).toBe(201);
    await stopped;
    expect((await filesIn(directory)).map((file) => path.basename(file))).toEqual([created.key]);
    parley = await start();
  });
});
