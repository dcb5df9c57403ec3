import type pg from 'pg';
import type { Cancel } from './cancelling.js';
import { leavesConnectionUsable } from './outage.js';

/** Works with a connection of the pool. Its statement is cancelled if the signal aborts. */
export type WithConnection = <T>(
  signal: AbortSignal | undefined,
  work: (client: pg.PoolClient) => Promise<T>,
) => Promise<T>;

/**
 * Lends connections whose statement is cancelled in PostgreSQL when a signal aborts. Otherwise a search would keep its
 * connection and a processor of the database for seconds after its client has gone.
 */
export function cancellableConnections(connect: () => Promise<pg.PoolClient>, cancel: Cancel): WithConnection {
  return async (signal, work) => {
    signal?.throwIfAborted();
    // Not `pool.query`, which gives up the connection of every statement that fails.
    const client = await connect();
    if (signal?.aborted) {
      // Nothing was sent.
      client.release();
      throw signal.reason;
    }
    let cancelled: Promise<void> | null = null;
    const onAbort = () => {
      cancelled = cancel(client);
    };
    signal?.addEventListener('abort', onAbort);
    let usable = true;
    try {
      return await work(client);
    } catch (error) {
      usable = leavesConnectionUsable(error);
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      // Behind a pooler the process may serve somebody else next, whose statement a late cancellation would end.
      void Promise.resolve(cancelled).then(() => client.release(!usable || signal?.aborted));
    }
  };
}
