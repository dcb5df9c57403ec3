import { LRUCache } from 'lru-cache';

const MAX_DOCUMENTS = 500;
const MAX_CHARACTERS = 16_384;

/**
 * Creates a cache for what is derived from the texts of documents. It keeps the 500 used last and no text of more than
 * 16 384 characters, so that a client that sends ever new documents cannot fill the memory.
 */
export function createDocumentCache<Value extends NonNullable<unknown>>(): LRUCache<string, Value> {
  return new LRUCache({
    max: MAX_DOCUMENTS,
    maxEntrySize: MAX_CHARACTERS,
    // A size of 0 would be refused.
    sizeCalculation: (_value, text) => Math.max(1, text.length),
  });
}
