import { assert, constantFrom, integer, property, string, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newUploadKey } from '../../src/domain/uploads/upload-key.js';
import { contentDisposition } from '../../src/file-storage/content-disposition.js';
import { isFileKey } from '../../src/file-storage/file-key.js';
import { readRange } from '../../src/file-storage/local/range.js';
import { createUrlSigner } from '../../src/file-storage/local/signed-url.js';
import { fetchWindow } from '../../src/file-storage/store.js';

const anything = tuple(string({ unit: 'binary' }), string({ unit: 'binary' }));
const bound = constantFrom('', '0', '1', '9', '10', '11', '99999999999999999999');
const signer = createUrlSigner(new Uint8Array(32).fill(7));

describe('a signed URL', () => {
  it('is verified with the parameters it was signed with, whatever they contain', () =>
    assert(
      property(anything, ([first, second]) => {
        const [path = '', query = ''] = signer.sign('GET', '/a', { first, second }).split('?');
        const verified = signer.verify('GET', path, query);
        expect(Object.fromEntries(verified ?? [])).toEqual({
          first: first.toWellFormed(),
          second: second.toWellFormed(),
        });
        expect(signer.verify('PUT', path, query)).toBeNull();
        expect(signer.verify('GET', `${path}/`, query)).toBeNull();
        expect(createUrlSigner(new Uint8Array(32)).verify('GET', path, query)).toBeNull();
      }),
    ));

  it('is never accepted if made up', () =>
    assert(property(string(), (query) => signer.verify('GET', '/a', query) === null)));
});

describe('a byte range', () => {
  it('lies within the file or does not exist', () =>
    assert(
      property(bound, bound, integer({ min: 0, max: 12 }), (first, last, size) => {
        const range = readRange(`bytes=${first}-${last}`, size);
        if (typeof range === 'string') return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeGreaterThanOrEqual(range.start);
        expect(range.end).toBeLessThan(size);
      }),
    ));

  it('is ignored if it is not understood', () => {
    const headers = [undefined, '', 'bytes=', 'bytes=-', 'lines=1-2', 'bytes=a-b', 'bytes=5-2', 'bytes=1-2, 4-5'];
    expect(headers.map((header) => readRange(header, 10))).toEqual(headers.map(() => 'whole'));
  });
});

describe('a Content-Disposition', () => {
  it('is one header of printable ASCII from which any name can be restored', () =>
    assert(
      property(string({ unit: 'grapheme' }), (filename) => {
        const header = contentDisposition('application/pdf', filename);
        expect(header).toMatch(/^attachment; filename="[\w .-]*"; filename\*=UTF-8''[\w.!~%-]*$/);
        expect(decodeURIComponent(header.replace(/^.*''/, ''))).toBe(filename);
      }),
    ));
});

describe('an upload key', () => {
  it('is recognized by its form', () => {
    expect(isFileKey(newUploadKey('docx'))).toBe(true);
  });

  it('is nothing else', () => assert(property(string(), (text) => !isFileKey(text))));
});

describe('the time during which a file can be fetched', () => {
  it('is at least half an hour and at most an hour', () =>
    assert(
      property(integer({ min: 0, max: 4_000_000_000_000 }), (time) => {
        const { from, until, seconds } = fetchWindow(new Date(time));
        expect(until.getTime() - from.getTime()).toBe(seconds * 1000);
        expect(until.getTime() - time).toBeGreaterThan(30 * 60_000 - 1);
        expect(until.getTime() - time).toBeLessThanOrEqual(60 * 60_000);
      }),
    ));
});
