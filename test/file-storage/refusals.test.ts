import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginPut } from '../domain/uploads/support/slow-put.js';
import { attachmentsOf, filesIn, put, upload } from '../domain/uploads/support/upload.js';
import { CreateUploadDocument } from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { say } from '../support/conversations.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';

const directory = path.join(tmpdir(), `parley-uploads-${randomUUID()}`);
let now = new Date('2126-03-01T12:00:00.000Z');
const parley = useParley({
  clock: () => now,
  config: { uploads: { kind: 'local', directory }, uploadMaxBytes: 1000 },
});
const workspace = useFreshWorkspace(parley);
beforeEach(() => {
  now = new Date('2126-03-01T12:00:00.000Z');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const answerOf = async (response: Response) => [response.status, await response.text()];
/** The text with the next character at the index: as a base64url's last one it decodes to the same bytes. */
const withNext = (index: number, text: string) =>
  text.slice(0, index) + String.fromCharCode(text.charCodeAt(index) + 1) + text.slice(index + 1);
const expectNoFiles = () => expect.poll(() => filesIn(directory)).toEqual([]);

describe('a request to the URL of an upload', () => {
  it('is refused if it is larger than declared, with or without Content-Length', async () => {
    const said = await succeed(workspace, CreateUploadDocument, { extension: 'txt', sizeBytes: 5 });
    expect(await answerOf(await put(said, '123456'))).toEqual([413, 'Expected at most 5 bytes.\n']);
    const unsaid = await succeed(workspace, CreateUploadDocument, { extension: 'txt' });
    expect(await answerOf(await put(unsaid, randomBytes(1001)))).toEqual([413, 'Expected at most 1000 bytes.\n']);
    for (const created of [said, unsaid]) {
      const slow = beginPut(created);
      slow.send(randomBytes(1001));
      expect(await slow.outcome).toBe(413);
      slow.abort();
    }
    await expectNoFiles();
  });

  it('is refused if it is smaller than declared or empty', async () => {
    const said = await succeed(workspace, CreateUploadDocument, { extension: 'txt', sizeBytes: 5 });
    expect(await answerOf(await put(said, '1234'))).toEqual([400, 'Expected 5 bytes, got 4.\n']);
    const slow = beginPut(said);
    slow.send('1234');
    expect(await slow.end()).toBe(400);
    const unsaid = await succeed(workspace, CreateUploadDocument, { extension: 'txt' });
    expect(await answerOf(await put(unsaid, ''))).toEqual([400, 'Expected at least one byte.\n']);
    await expectNoFiles();
  });

  it('is refused if it has another content type, none, or an encoding', async () => {
    const created = await succeed(workspace, CreateUploadDocument, { extension: 'png' });
    const message = 'Send Content-Type: image/png and no Content-Encoding.\n';
    for (const contentType of ['text/html', 'image/png2', '', 'image/jpeg']) {
      expect(await answerOf(await put(created, 'x', { 'Content-Type': contentType }))).toEqual([415, message]);
    }
    expect(await answerOf(await put(created, 'x', { 'Content-Encoding': 'gzip' }))).toEqual([415, message]);
    await expectNoFiles();
    expect((await put(created, 'x', { 'Content-Type': 'Image/PNG; a=b' })).status).toBe(201);
  });

  it('is refused when the URL has expired', async () => {
    const created = await succeed(workspace, CreateUploadDocument, { extension: 'txt' });
    now = new Date('2126-03-01T12:15:00.000Z');
    expect(await answerOf(await put(created, 'x'))).toEqual([403, 'The URL has expired. Request a new one.\n']);
    await expectNoFiles();
    now = new Date('2126-03-01T12:14:59.000Z');
    expect((await put(created, 'x')).status).toBe(201);
  });

  it('is refused if any part of the URL is changed', async () => {
    const created = await succeed(workspace, CreateUploadDocument, { extension: 'txt', sizeBytes: 5 });
    const other = await succeed(workspace, CreateUploadDocument, { extension: 'txt', sizeBytes: 5 });
    const elsewhere = await succeed(await parley.newWorkspace(), CreateUploadDocument, {
      extension: 'txt',
      sizeBytes: 5,
    });
    const changes: [what: string, url: string][] = [
      ['key', created.url.replace(created.key, other.key)],
      ['workspace', created.url.replace(/ws_\w+/, /ws_\w+/.exec(elsewhere.url)?.[0] ?? '')],
      ['a parameter more', `${created.url}&max=2000`],
      ['no parameters', created.url.replace(/\?.*/, '')],
    ];
    const url = new URL(created.url);
    for (const [name, value] of url.searchParams) {
      const changed = new URL(url);
      changed.searchParams.set(name, /^\d+$/.test(value) ? `${value}0` : withNext(0, value));
      const without = new URL(url);
      without.searchParams.delete(name);
      changes.push([`another ${name}`, changed.href], [`no ${name}`, without.href]);
    }
    const signature = url.searchParams.get('signature') ?? '';
    for (const index of [signature.length - 1, signature.length - 2]) {
      changes.push(['the signature', created.url.replace(signature, withNext(index, signature))]);
    }
    expect(changes.length).toBe(16);
    for (const [what, changed] of changes) {
      const headers = { 'Content-Type': new URL(changed).searchParams.get('type') ?? 'text/plain' };
      expect((await put({ ...created, url: changed }, '12345', headers)).status, what).toBe(403);
    }
    await expectNoFiles();
    url.searchParams.sort();
    expect((await put({ ...created, url: url.href }, '12345')).status).toBe(201);
  });

  it('is refused with a method that the URL is not for', async () => {
    const { id } = await makeConversation(workspace);
    const created = await succeed(workspace, CreateUploadDocument, { extension: 'txt' });
    expect((await fetch(created.url)).status).toBe(403);
    for (const method of ['POST', 'PATCH', 'DELETE']) {
      const response = await fetch(created.url, { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'PUT, GET, HEAD, OPTIONS']);
    }
    const message = await say(workspace, id, { uploadKeys: [await upload(workspace)] });
    const [attachment] = await attachmentsOf(workspace, message.id);
    const response = await put({ ...created, url: attachment?.url ?? '' }, 'other');
    expect(response.status).toBe(403);
  });

  it('never reaches the disk under a name that is not a key', async () => {
    const { url, headers } = await succeed(workspace, CreateUploadDocument, { extension: 'txt' });
    const { pathname, search, host } = new URL(url);
    const folder = path.dirname(pathname);
    const key = path.basename(pathname);
    const paths = [
      `${folder}/../${key}`,
      `${folder}/../../../etc/passwd`,
      `${folder}/%2e%2e/${key}`,
      `${folder}/..%2f${key}`,
      `${folder}/${key}%00.png`,
      `${folder}/%00`,
      `${folder}/..`,
      `${folder}/.incoming`,
      '/uploads/.incoming/x',
      `${folder}//${key}`,
      `${folder}/${key.toUpperCase()}`,
      `${folder}/${key}/x`,
      '/uploads/',
    ];
    for (const name of paths) {
      const sent = request(`http://${host}`, { method: 'PUT', path: `${name}${search}`, headers: Object(headers) });
      sent.end('x');
      const [response] = await once(sent, 'response');
      response.resume();
      expect([name, response.statusCode]).toEqual([name, 404]);
    }
    await expectNoFiles();
  });
});
