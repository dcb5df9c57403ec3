import { describe, expect, it } from 'vitest';
import { createDocumentCache } from '../../src/http/document-cache.js';

const query = (index: number) => `{ a${index}: eventCursor }`;

describe('the document cache', () => {
  it('keeps frequently used documents, and the newest 500 of all others', () => {
    const cache = createDocumentCache<number>();
    cache.set('{ often }', -1);
    for (let index = 0; index < 2_000; index += 1) {
      cache.set(query(index), index);
      expect(cache.get('{ often }')).toBe(-1);
    }
    const kept = Array.from({ length: 2_000 }, (_, index) => cache.get(query(index))).filter(
      (value) => value !== undefined,
    );
    expect(kept).toEqual(Array.from({ length: 499 }, (_, index) => 1_501 + index));
  });

  it('stores no document over 16 KB, a few thousand of which would fill the memory', () => {
    const cache = createDocumentCache<number>();
    const [small, large] = ['x'.repeat(16_384), 'x'.repeat(16_385)];
    cache.set(small, 1);
    cache.set(large, 2);
    expect([cache.get(small), cache.get(large)]).toEqual([1, undefined]);
  });
});
