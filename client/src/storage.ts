import type { RemovedRecord, StoredRecord } from './records.js';

/** Where a client keeps its copy and its outbox, of one person. */
export type ClientStorage = {
  /** Everything that was written. If it is shared, only who has read it last may write. */
  read: () => Promise<StoredRecord[]>;
  /**
   * Writes all of it or nothing. `records` replace those of the same table and key. If it is shared, rejects with a
   * StorageTakenError once another has read it.
   */
  write: (records: StoredRecord[], removed: RemovedRecord[]) => Promise<void>;
  /** Forgets everything, for good. */
  erase: () => Promise<void>;
  /** How the clients of several tabs share it. Without, one client at a time uses it. */
  sharing?: Sharing;
};

export type Sharing = {
  /** The same for all that share it, and for nobody else. */
  name: string;
  /** navigator.locks, or what does the same. */
  locks: Locks;
  /** A new BroadcastChannel, or what does the same. */
  openChannel: (name: string) => Channel;
};

/** What a client uses of the Web Locks API. */
export type Locks = {
  request: (
    name: string,
    options: { signal?: AbortSignal; steal?: boolean },
    use: () => Promise<void>,
  ) => Promise<unknown>;
};

/** What a client uses of a BroadcastChannel. */
export type Channel = {
  postMessage: (message: unknown) => void;
  addEventListener: (type: 'message', listener: (event: MessageEvent) => void) => void;
  close: () => void;
};

/** The client of another tab has taken the storage over. */
export class StorageTakenError extends Error {
  override name = 'StorageTakenError';
}

/** Whether it is such an error, which may be that of another bundle. */
export function isTaken(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'StorageTakenError';
}

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
