import { type RemovedRecord, type StoredRecord, TABLES, type TableName, type Tables } from './records.js';
import type { ClientStorage } from './storage.js';

/** Changes that are made, and stored, together. */
export type Transaction = {
  put: (record: StoredRecord) => void;
  remove: (table: TableName, key: string) => void;
};

export type Store = {
  tables: { readonly [Name in TableName]: ReadonlyMap<string, Tables[Name]> };
  /** Rises with each change. */
  version: () => number;
  /** Makes changes at once; settles when they are stored, rejects if they cannot be for now. May be left alone. */
  commit: (change: (transaction: Transaction) => void) => Promise<void>;
  /** Says that something outside of the tables has changed what is shown. */
  touch: () => void;
  subscribe: (listener: () => void) => () => void;
  /** Waits for what is being stored. Afterwards nothing changes any more. */
  close: () => Promise<void>;
  /** The same, and forgets everything, in memory and in the storage. */
  erase: () => Promise<void>;
};

/**
 * The copy in memory, which is read, and behind it the storage. What one commit changes is stored by one write, and
 * nothing of a later commit before it: a cursor is never stored without the data that it belongs to.
 */
export async function openStore(storage: ClientStorage, onStorageFailure: (reason: unknown) => void): Promise<Store> {
  const tables: { [Name in TableName]: Map<string, Tables[Name]> } = {
    conversation: new Map(),
    actor: new Map(),
    message: new Map(),
    list: new Map(),
    member: new Map(),
    thread: new Map(),
    counts: new Map(),
    position: new Map(),
    write: new Map(),
  };
  const listeners = new Set<() => void>();
  /** What memory has and the storage does not: the record, or null if it was removed. */
  let unstored = new Map<string, { removed: RemovedRecord; record: StoredRecord | null }>();
  let storing: Promise<void> | null = null;
  let version = 0;
  let isClosed = false;

  function hold(record: StoredRecord): void {
    put(tables, record);
  }

  async function storeAll(): Promise<void> {
    // Later, so that commits of the same moment are stored by one write.
    await Promise.resolve();
    const batch = unstored;
    unstored = new Map();
    const changes = [...batch.values()];
    try {
      await storage.write(
        changes.flatMap(({ record }) => record ?? []),
        changes.flatMap(({ record, removed }) => (record ? [] : removed)),
      );
    } catch (reason) {
      // With what follows, or a later cursor would be stored without it.
      unstored = new Map([...batch, ...unstored]);
      onStorageFailure(reason);
      throw reason;
    }
  }

  /** Stores what there is after what is being stored. */
  function flush(): Promise<void> {
    const before = storing;
    const after = (before ?? Promise.resolve())
      .catch(() => {})
      .then(() => (unstored.size > 0 ? storeAll() : undefined));
    storing = after;
    after.catch(() => {});
    return after;
  }

  async function close(): Promise<void> {
    isClosed = true;
    await storing?.catch(() => {});
  }

  function announce(): void {
    version += 1;
    for (const listener of [...listeners]) listener();
  }

  for (const record of await storage.read()) if (TABLES.includes(record.table)) hold(record);
  return {
    tables,
    version: () => version,
    commit: (change) => {
      if (isClosed) {
        const refused = Promise.reject(new Error('The client has stopped.'));
        refused.catch(() => {});
        return refused;
      }
      change({
        put: (record) => {
          version += 1;
          hold(record);
          unstored.set(`${record.table} ${record.key}`, { removed: record, record });
        },
        remove: (table, key) => {
          version += 1;
          if (tables[table].delete(key)) unstored.set(`${table} ${key}`, { removed: { table, key }, record: null });
        },
      });
      announce();
      return flush();
    },
    touch: announce,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close,
    erase: async () => {
      isClosed = true;
      for (const table of TABLES) tables[table].clear();
      unstored.clear();
      announce();
      await close();
      await storage.erase();
    },
  };
}

function put(tables: { [Name in TableName]: Map<string, Tables[Name]> }, record: StoredRecord): void {
  switch (record.table) {
    case 'conversation':
      tables.conversation.set(record.key, record.value);
      break;
    case 'actor':
      tables.actor.set(record.key, record.value);
      break;
    case 'message':
      tables.message.set(record.key, record.value);
      break;
    case 'list':
      tables.list.set(record.key, record.value);
      break;
    case 'member':
      tables.member.set(record.key, record.value);
      break;
    case 'thread':
      tables.thread.set(record.key, record.value);
      break;
    case 'counts':
      tables.counts.set(record.key, record.value);
      break;
    case 'position':
      tables.position.set(record.key, record.value);
      break;
    case 'write':
      tables.write.set(record.key, record.value);
      break;
  }
}

/** Waits until something holds of the store; rejects when it is aborted before. */
export function until(store: Store, holds: () => boolean, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      unsubscribe();
      signal.removeEventListener('abort', abort);
      settle();
    };
    const look = () => holds() && end(resolve);
    const abort = () => end(() => reject(signal.reason));
    const unsubscribe = store.subscribe(look);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    else look();
  });
}
