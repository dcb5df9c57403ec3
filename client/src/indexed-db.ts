import type { StoredRecord } from './records.js';
import { type ClientStorage, type Sharing, StorageTakenError } from './storage.js';

/** Rises when records change; then `onupgradeneeded` changes those that there are. */
const VERSION = 1;
const RECORDS = 'records';
/** Beside the records: who may write. */
const OWNER = { table: 'owner', key: '' };

export type IndexedDbOptions = {
  /** The name of the database, one for each person: for example `parley:` and the person's id. */
  name: string;
};

/**
 * Keeps everything in the browser, over reloads and restarts. The tabs of a browser that open the same one share it, and
 * one connection. Close it when the client has stopped.
 */
export async function openIndexedDbStorage({ name }: IndexedDbOptions): Promise<ClientStorage & { close: () => void }> {
  const owner = crypto.randomUUID();
  const opening = indexedDB.open(name, VERSION);
  opening.onupgradeneeded = () => opening.result.createObjectStore(RECORDS, { keyPath: ['table', 'key'] });
  const database = await resultOf(opening);
  // Or a later version of this client could not open it.
  database.onversionchange = () => database.close();

  /** Settles when it is stored; `use` may refuse to. */
  function change<Result>(use: (records: IDBObjectStore) => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(RECORDS, 'readwrite');
      const used = use(transaction.objectStore(RECORDS));
      transaction.oncomplete = () => used.then(resolve, reject);
      transaction.onabort = () => reject(transaction.error);
      used.catch((reason) => {
        reject(reason);
        transaction.abort();
      });
    });
  }

  return {
    ...sharingOf(name),
    read: () =>
      change(async (store) => {
        const records = await resultOf<(StoredRecord | typeof OWNER)[]>(store.getAll());
        store.put({ ...OWNER, value: owner });
        return records.filter((record): record is StoredRecord => record.table !== OWNER.table);
      }),
    write: (records, removed) =>
      change(async (store) => {
        const held = await resultOf<{ value: string } | undefined>(store.get([OWNER.table, OWNER.key]));
        if (held?.value !== owner) throw new StorageTakenError('Another tab has taken the storage over.');
        for (const record of records) store.put(record);
        for (const { table, key } of removed) store.delete([table, key]);
      }),
    erase: () => change(async (store) => void store.clear()),
    close: () => database.close(),
  };
}

/** None outside of browsers. */
function sharingOf(name: string): { sharing?: Sharing } {
  if (!('navigator' in globalThis) || !('locks' in navigator) || !('BroadcastChannel' in globalThis)) return {};
  const openChannel = (channel: string) => new BroadcastChannel(channel);
  return { sharing: { name: `parley:${name}`, locks: navigator.locks, openChannel } };
}

function resultOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
