import { stopped } from './failures.js';
import type { CopyRecord, RemovedRecord } from './records.js';
import type { Memory, Store, Transaction } from './store.js';

/** The store as whoever leads has it. */
export type WritableStore = Store & {
  /** Makes changes at once; settles when they are stored, rejects if they cannot be for now. May be left alone. */
  commit: (change: (transaction: Transaction) => void) => Promise<void>;
};

export type PersistedStore = WritableStore & {
  /** Nothing changes any more. Waits for what is being stored. */
  close: () => Promise<void>;
};

/** Stores all of a batch or nothing, and may tell others of it. */
export type Sink = (records: CopyRecord[], removed: RemovedRecord[]) => Promise<void>;

/**
 * Has what is committed in memory stored. What one commit changes is stored by one write, and nothing of a later commit
 * before it: a cursor is never stored without the data that it belongs to.
 */
export function persist(memory: Memory, sink: Sink, onFailure: (reason: unknown) => void): PersistedStore {
  /** What memory has and the storage does not: the record, or null if it was removed. */
  let unstored = new Map<string, { removed: RemovedRecord; record: CopyRecord | null }>();
  let storing: Promise<void> | null = null;
  let isClosed = false;

  async function storeAll(): Promise<void> {
    // Later, so that commits of the same moment are stored by one write.
    await Promise.resolve();
    const batch = unstored;
    unstored = new Map();
    const changes = [...batch.values()];
    try {
      await sink(
        changes.flatMap(({ record }) => record ?? []),
        changes.flatMap(({ record, removed }) => (record ? [] : removed)),
      );
    } catch (reason) {
      // With what follows, or a later cursor would be stored without it.
      unstored = new Map([...batch, ...unstored]);
      onFailure(reason);
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

  return {
    ...memory,
    commit: (change) => {
      if (isClosed) {
        const refused = Promise.reject(stopped());
        refused.catch(() => {});
        return refused;
      }
      memory.change(({ put, remove }) =>
        change({
          put: (record) => {
            put(record);
            unstored.set(`${record.table} ${record.key}`, { removed: record, record });
          },
          remove: (table, key) => {
            if (!memory.tables[table].has(key)) return;
            remove(table, key);
            unstored.set(`${table} ${key}`, { removed: { table, key }, record: null });
          },
        }),
      );
      return flush();
    },
    close: async () => {
      isClosed = true;
      await storing?.catch(() => {});
    },
  };
}
