import { describe, expect, it } from 'vitest';
import { attachmentsOf, put, upload } from '../domain/uploads/support/upload.js';
import { CreateUploadDocument, type CreateUploadInput } from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { say } from '../support/conversations.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';

let now = new Date('2126-03-01T12:00:00.000Z');
const workspace = useWorkspace(useParley({ clock: () => now }));

/** Where a file that came with a message can be fetched. */
async function urlOf(text: string, input: CreateUploadInput): Promise<string> {
  const { id } = await makeConversation(workspace);
  const message = await say(workspace, id, { uploadKeys: [await upload(workspace, text, input)] });
  const [attachment] = await attachmentsOf(workspace, message.id);
  if (!attachment) throw new Error('There is no attachment.');
  return attachment.url;
}

const headersOf = ({ headers }: Response, ...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, headers.get(name)]));

describe('a stored file', () => {
  it('can be fetched unchanged, and by HEAD without its bytes', async () => {
    const url = await urlOf('Hello', { extension: 'txt' });
    const found = await fetch(url);
    expect(found.status).toBe(200);
    expect(await found.text()).toBe('Hello');
    const head = await fetch(url, { method: 'HEAD' });
    expect(await head.text()).toBe('');
    for (const response of [found, head]) {
      expect(headersOf(response, 'content-type', 'content-length', 'accept-ranges', 'cache-control')).toEqual({
        'content-type': 'text/plain',
        'content-length': '5',
        'accept-ranges': 'bytes',
        'cache-control': 'private, max-age=3600, immutable',
      });
    }
  });

  it('is displayed if it is an image, audio or video, downloaded otherwise, and never executed', async () => {
    const kinds: [extension: string, filename: string, disposition: string][] = [
      ['png', 'Ätna "1".png', `inline; filename="_tna _1_.png"; filename*=UTF-8''%C3%84tna%20%221%22.png`],
      ['mp3', 'a.mp3', `inline; filename="a.mp3"; filename*=UTF-8''a.mp3`],
      ['mp4', 'a.MP4', `inline; filename="a.MP4"; filename*=UTF-8''a.MP4`],
      ['pdf', "it's (1).pdf", `attachment; filename="it_s _1_.pdf"; filename*=UTF-8''it%27s%20%281%29.pdf`],
      ['zip', 'a.zip', `attachment; filename="a.zip"; filename*=UTF-8''a.zip`],
    ];
    for (const [extension, filename, disposition] of kinds) {
      const response = await fetch(await urlOf('<script>', { extension, filename }));
      expect(headersOf(response, 'content-disposition', 'x-content-type-options', 'content-security-policy')).toEqual({
        'content-disposition': disposition,
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox",
      });
    }
    const nameless = await fetch(await urlOf('Hello', { extension: 'txt' }));
    expect(nameless.headers.get('content-disposition')).toBe('attachment');
  });

  it('can be fetched in ranges, as players do', async () => {
    const url = await urlOf('0123456789', { extension: 'mp3' });
    const part = async (range: string, others = {}) => {
      const response = await fetch(url, { headers: { range, ...others } });
      return [response.status, response.headers.get('content-range'), await response.text()];
    };
    expect(await part('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234']);
    expect(await part('bytes=7-')).toEqual([206, 'bytes 7-9/10', '789']);
    expect(await part('bytes=-3')).toEqual([206, 'bytes 7-9/10', '789']);
    expect(await part('bytes=0-99')).toEqual([206, 'bytes 0-9/10', '0123456789']);
    expect(await part('bytes=10-')).toEqual([416, 'bytes */10', 'The file has 10 bytes.\n']);
    expect(await part('bytes=0-1,4-5')).toEqual([200, null, '0123456789']);
    const etag = (await fetch(url)).headers.get('etag') ?? '';
    expect(await part('bytes=2-4', { 'if-range': etag })).toEqual([206, 'bytes 2-4/10', '234']);
    expect(await part('bytes=2-4', { 'if-range': '"another"' })).toEqual([200, null, '0123456789']);
    const cached = await fetch(url, { headers: { 'if-none-match': etag } });
    expect([cached.status, await cached.text()]).toEqual([304, '']);
  });

  it('can be stored and fetched by pages of any origin', async () => {
    const created = await succeed(workspace, CreateUploadDocument, { extension: 'txt' });
    const headers = {
      origin: 'https://shop.example.com',
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'content-type',
    };
    const asked = await fetch(created.url, { method: 'OPTIONS', headers });
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-methods')).toContain('PUT');
    expect(asked.headers.get('access-control-allow-headers')).toContain('content-type');
    expect(asked.headers.get('access-control-allow-origin')).toBe('*');
    const stored = await put(created, 'Hello', { origin: 'https://shop.example.com' });
    expect([stored.status, stored.headers.get('access-control-allow-origin')]).toEqual([201, '*']);
  });

  it('has the same URL for half an hour, so that browsers cache it, and an invalid one after an hour', async () => {
    const { id } = await makeConversation(workspace);
    const message = await say(workspace, id, { uploadKeys: [await upload(workspace)] });
    const url = async () => (await attachmentsOf(workspace, message.id))[0]?.url ?? '';
    const first = await url();
    const start = now;
    now = new Date(start.getTime() + 29 * 60_000);
    expect(await url()).toBe(first);
    now = new Date(start.getTime() + 30 * 60_000);
    expect(await url()).not.toBe(first);
    expect((await fetch(first)).status).toBe(200);
    now = new Date(start.getTime() + 60 * 60_000);
    const late = await fetch(first);
    expect([late.status, await late.text()]).toEqual([403, 'The URL has expired. Request a new one.\n']);
    now = start;
  });
});
