import { describe, expect, it } from 'vitest';
import { contentTypesOf, extensions } from '../../../src/file-storage/file-types.js';
import { CreateUploadDocument } from '../../generated/operations.js';
import { failWith, succeed } from '../../support/act.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';

const now = new Date('2126-03-01T12:00:00.000Z');
const parley = useParley({
  clock: () => now,
  config: { uploadMaxBytes: 1000, publicUrl: 'https://chat.example.com/api' },
});
const workspace = useWorkspace(parley);

describe('createUpload', () => {
  it('returns a key and the request that stores the file, valid for 15 minutes', async () => {
    const created = await succeed(workspace, CreateUploadDocument, { extension: 'png' });
    expect(created).toMatchObject({
      method: 'PUT',
      headers: { 'Content-Type': 'image/png' },
      expiresAt: '2126-03-01T12:15:00.000Z',
      maxBytes: 1000,
    });
    expect(created.key).toMatch(/^[0-9a-f]{32}\.png$/);
    expect(created.url).toContain(`https://chat.example.com/api/uploads/ws_`);
    expect(created.url).toContain(created.key);
  });

  it('returns a different key each time', async () => {
    const keys = await Promise.all(
      Array.from({ length: 20 }, () => succeed(workspace, CreateUploadDocument, { extension: 'png' })),
    );
    expect(new Set(keys.map(({ key }) => key)).size).toBe(20);
  });

  it('accepts every allowed extension with each of its content types', async () => {
    for (const extension of extensions) {
      expect((await succeed(workspace, CreateUploadDocument, { extension })).headers).toEqual({
        'Content-Type': contentTypesOf(extension)[0],
      });
      for (const contentType of contentTypesOf(extension)) {
        expect((await succeed(workspace, CreateUploadDocument, { extension, contentType })).headers).toEqual({
          'Content-Type': contentType,
        });
      }
    }
  });

  it.each([
    ['mp3', 'audio/mp3'],
    ['jpg', 'image/jpg'],
    ['jpeg', 'image/pjpeg'],
    ['wav', 'audio/wave'],
    ['md', 'text/plain'],
    ['csv', 'text/plain'],
    ['m4a', 'audio/m4a'],
    ['pdf', 'application/x-pdf'],
  ])('accepts a file with the extension %s as %s', async (extension, contentType) => {
    const { headers } = await succeed(workspace, CreateUploadDocument, { extension, contentType });
    expect(headers).toEqual({ 'Content-Type': contentType });
  });

  it('names the content types that a file with the extension may have', async () => {
    for (const extension of extensions) {
      const input = { extension, contentType: 'text/html' };
      const { issues } = await failWith(workspace, 'ValidationError', CreateUploadDocument, input);
      expect(issues).toMatchObject([
        { path: ['contentType'], message: expect.stringMatching(/^Must be \w+\/.*extension\.$/) },
      ]);
      for (const contentType of contentTypesOf(extension)) expect(issues[0]?.message).toContain(contentType);
    }
  });

  it('names the extensions that there are, and nothing about the content type, if the extension is not one', async () => {
    for (const extension of ['exe', 'constructor', '']) {
      const input = { extension, contentType: 'image/png' };
      const { issues } = await failWith(workspace, 'ValidationError', CreateUploadDocument, input);
      expect(issues).toMatchObject([{ path: ['extension'], message: expect.stringContaining('avif, bmp, gif') }]);
    }
  });

  it('normalizes the usual spellings of extension and content type', async () => {
    const input = { extension: ' .TXT', contentType: 'Text/Plain; charset=UTF-8' };
    const { key, headers } = await succeed(workspace, CreateUploadDocument, input);
    expect(key).toMatch(/\.txt$/);
    expect(headers).toEqual({ 'Content-Type': 'text/plain' });
  });

  it('treats null as leaving an optional field out', async () => {
    const input = { extension: 'png', contentType: null, sizeBytes: null, filename: null };
    const { headers, maxBytes } = await succeed(workspace, CreateUploadDocument, input);
    expect({ headers, maxBytes }).toEqual({ headers: { 'Content-Type': 'image/png' }, maxBytes: 1000 });
  });

  it('uses a given size as the limit', async () => {
    expect((await succeed(workspace, CreateUploadDocument, { extension: 'png', sizeBytes: 1000 })).maxBytes).toBe(1000);
    expect((await succeed(workspace, CreateUploadDocument, { extension: 'png', sizeBytes: 1 })).maxBytes).toBe(1);
  });

  it.each([
    ['an unknown extension', { extension: 'exe' }, 'extension'],
    ['what browsers run', { extension: 'html' }, 'extension'],
    ['an image that can hold scripts', { extension: 'svg' }, 'extension'],
    ['the name of something that every object has', { extension: 'constructor' }, 'extension'],
    ['an extension with a path', { extension: '../png' }, 'extension'],
    ['another content type than the extension has', { extension: 'png', contentType: 'text/html' }, 'contentType'],
    ['a size of nothing', { extension: 'png', sizeBytes: 0 }, 'sizeBytes'],
    ['a size over the limit', { extension: 'png', sizeBytes: 1001 }, 'sizeBytes'],
    ['a file name with a path', { extension: 'png', filename: '../a.png' }, 'filename'],
    ['a file name with a path of Windows', { extension: 'png', filename: 'C:\\a.png' }, 'filename'],
    ['a file name of two lines', { extension: 'png', filename: 'a\nb.png' }, 'filename'],
    ['a file name that reads backwards', { extension: 'png', filename: 'a\u202Egnp.png' }, 'filename'],
    ['a file name that ends otherwise', { extension: 'png', filename: 'a.exe' }, 'filename'],
    ['a file name of 256 characters', { extension: 'png', filename: `${'a'.repeat(252)}.png` }, 'filename'],
  ])('refuses %s', async (_name, input, path) => {
    const { issues } = await failWith(workspace, 'ValidationError', CreateUploadDocument, input);
    expect(issues).toMatchObject([{ path: [path] }]);
  });
});
