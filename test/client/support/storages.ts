import type { StoredRecord } from '../../../client/src/records.js';
import { type ClientStorage, memoryStorage } from '../../../client/src/storage.js';

/** A storage that `kill` cuts off from its client, as the end of a process does: nothing of it is written any more. */
export function mortalStorage(kept: ClientStorage): ClientStorage & { kill: () => void } {
  let isDead = false;
  return {
    read: kept.read,
    write: async (records, removed) => {
      if (!isDead) await kept.write(records, removed);
    },
    erase: async () => {
      if (!isDead) await kept.erase();
    },
    kill: () => {
      isDead = true;
    },
  };
}

/** A storage that begins with what another held at some moment. */
export async function storageOf(records: StoredRecord[]): Promise<ClientStorage> {
  const storage = memoryStorage();
  await storage.write(records, []);
  return storage;
}
