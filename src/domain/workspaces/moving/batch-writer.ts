import type { Client } from 'pg';
import type { Batch } from './batches.js';

type Options = {
  /** Those that write, each one batch at a time. */
  clients: readonly Client[];
  write: (client: Client, batch: Batch) => Promise<unknown>;
  /** Called with the end of a batch when it and all before it are written. */
  record: (end: number) => Promise<void>;
};

/** Writes batches on several connections at the same time. */
export function createBatchWriter({ clients, write, record }: Options) {
  const idle = [...clients];
  const writing = new Set<Promise<void>>();
  let recorded: Promise<void> = Promise.resolve();
  let failure: { error: unknown } | null = null;

  async function begin(client: Client, batch: Batch): Promise<void> {
    try {
      await write(client, batch);
    } finally {
      idle.push(client);
    }
  }

  return {
    /** Returns when the batch is being written. Throws if an earlier one has failed. */
    add: async (batch: Batch): Promise<void> => {
      if (batch.refersBack) await recorded;
      while (idle.length === 0) await Promise.race(writing);
      if (failure) throw failure.error;
      const client = idle.shift();
      if (!client) throw new Error('There are connections to write on.');
      const written = begin(client, batch).finally(() => writing.delete(written));
      writing.add(written);
      const before = recorded;
      recorded = Promise.all([before, written]).then(() => record(batch.end));
      // Whoever waits for it throws it; others see it here.
      recorded.catch((error: unknown) => {
        failure ??= { error };
      });
    },
    /** Returns when all batches are written and recorded. */
    end: () => recorded,
  };
}
