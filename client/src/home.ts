import type { ConnectionOptions, EndKind } from './connection.js';
import { type Command, type Engine, startEngine } from './engine.js';
import { failureOf, type RequestError, stopped } from './failures.js';
import { persist, type Sink } from './persistence.js';
import { isStored, type StoredRecord } from './records.js';
import type { ClientStorage } from './storage.js';
import type { Memory } from './store.js';
import type { Want } from './wants.js';

export type HomeOptions = ConnectionOptions & {
  storage: ClientStorage;
  onStorageFailure: (reason: unknown) => void;
  /** After how long another tab that does not answer is taken for gone, in milliseconds. */
  silenceMs: number;
};

/** Where a client finds what does its work: in its own tab, or in another. */
export type Home = {
  /** Says what is shown, instead of what was before. */
  want: (wants: readonly Want[]) => void;
  /** What it changes shows at once; settles when it is done, and stored. */
  run: (command: Command) => Promise<void>;
  wake: () => void;
  stop: () => Promise<void>;
  signOut: () => Promise<void>;
};

export type Leader = Engine & {
  /** Ends it, and waits for what is being stored. */
  close: () => Promise<void>;
};

/** Leads over what the storage holds. */
export function lead(
  memory: Memory,
  records: readonly StoredRecord[],
  { storage, onStorageFailure, ...options }: HomeOptions,
  around = (write: Sink): Sink => write,
): Leader {
  memory.replace(records);
  const write: Sink = async (changed, removed) => {
    const [stored, dropped] = [changed.filter(isStored), removed.filter(isStored)];
    if (stored.length + dropped.length > 0) await storage.write(stored, dropped);
  };
  const store = persist(memory, around(write), onStorageFailure);
  const engine = startEngine(store, options);
  return {
    ...engine,
    close: () => {
      // First, so that what ends does not show.
      const closed = store.close();
      engine.end();
      return closed;
    },
  };
}

/** Shows that the client has ended, and only that if it has forgotten everything. */
export function showEnd(memory: Memory, kind: EndKind, reason: RequestError, isErased: boolean): void {
  memory.together(() => {
    if (isErased) memory.replace([]);
    memory.change(({ put, remove }) => {
      for (const key of [...memory.tables.following.keys()]) remove('following', key);
      const value = { state: 'ENDED' as const, kind, reason: failureOf(reason) };
      put({ table: 'connection', key: 'connection', value });
    });
  });
}

/** The home of a client that shares its storage with no other. */
export async function openAlone(memory: Memory, options: HomeOptions): Promise<Home> {
  const { storage } = options;
  const leader = lead(memory, await storage.read(), options);
  const end = (isErased: boolean) => {
    const closed = leader.close();
    showEnd(memory, 'STOPPED', stopped(), isErased);
    return closed;
  };
  return {
    want: (wants) => leader.want('', wants),
    run: leader.run,
    wake: leader.wake,
    stop: () => end(false),
    signOut: async () => {
      await end(true);
      await storage.erase();
    },
  };
}
