import type { RemovedRecord, StoredRecord } from './records.js';

/** Where a client keeps its copy and its outbox. One client at a time uses it, for one person. */
export type ClientStorage = {
  /** Everything that was written. */
  read: () => Promise<StoredRecord[]>;
  /** Writes all of it or nothing. `records` replace those of the same table and key. */
  write: (records: StoredRecord[], removed: RemovedRecord[]) => Promise<void>;
  /** Forgets everything, for good. */
  erase: () => Promise<void>;
};

/** Keeps everything as long as the process lives; several clients can use it one after the other. */
export function memoryStorage(): ClientStorage {
  const held = new Map<string, StoredRecord>();
  const idOf = ({ table, key }: RemovedRecord) => `${table} ${key}`;
  return {
    read: async () => structuredClone([...held.values()]),
    write: async (records, removed) => {
      for (const record of structuredClone(records)) held.set(idOf(record), record);
      for (const record of removed) held.delete(idOf(record));
    },
    erase: async () => held.clear(),
  };
}
