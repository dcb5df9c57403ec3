import type { StoredRecord } from './records.js';
import type { ClientStorage } from './storage.js';

/** Rises when records change; then `onupgradeneeded` changes those that there are. */
const VERSION = 1;
const RECORDS = 'records';

export type IndexedDbOptions = {
  /** The name of the database, one for each person: for example `parley:` and the person's id. */
  name: string;
  /** How long to wait for another tab, or the page before a reload, to let go of it, in milliseconds. Default: 2,000. */
  lockMs?: number;
};

/**
 * Keeps everything in the browser, over reloads and restarts. Returns null if another tab uses the database: use
 * `memoryStorage` there, whose outbox ends with the tab. Close it when the client has stopped.
 */
export async function openIndexedDbStorage({
  name,
  lockMs = 2_000,
}: IndexedDbOptions): Promise<(ClientStorage & { close: () => void }) | null> {
  const unlock = await lock(name, lockMs);
  if (!unlock) return null;
  const opening = indexedDB.open(name, VERSION);
  opening.onupgradeneeded = () => opening.result.createObjectStore(RECORDS, { keyPath: ['table', 'key'] });
  const database = await resultOf(opening);

  function change(make: (records: IDBObjectStore) => void): Promise<void> {
    const transaction = database.transaction(RECORDS, 'readwrite');
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      make(transaction.objectStore(RECORDS));
    });
  }

  return {
    read: () => resultOf<StoredRecord[]>(database.transaction(RECORDS).objectStore(RECORDS).getAll()),
    write: (records, removed) =>
      change((store) => {
        for (const record of records) store.put(record);
        for (const { table, key } of removed) store.delete([table, key]);
      }),
    erase: () => change((store) => store.clear()),
    close: () => {
      database.close();
      unlock();
    },
  };
}

/** Takes the lock until the result is called, or the page is gone; null if it is taken. */
function lock(name: string, lockMs: number): Promise<(() => void) | null> {
  // Outside of browsers, and on pages without HTTPS.
  if (!('navigator' in globalThis) || !('locks' in navigator)) return Promise.resolve(() => {});
  return new Promise((resolve) => {
    navigator.locks
      .request(
        `parley:${name}`,
        { signal: AbortSignal.timeout(lockMs) },
        () => new Promise<void>((unlock) => resolve(unlock)),
      )
      .catch(() => resolve(null));
  });
}

function resultOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
