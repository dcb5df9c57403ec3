import pg from 'pg';
import { clientOf } from './hosts.js';
import { leavesConnectionUsable } from './outage.js';

type Options = {
  /** The process of PostgreSQL that serves a connection. */
  backendOf: (client: pg.PoolClient) => number | undefined;
  cancel: (backend: number) => Promise<void>;
};

/** Works with a connection of the pool. Its statement is cancelled if the signal aborts. */
export type WithConnection = <T>(
  signal: AbortSignal | undefined,
  work: (client: pg.PoolClient) => Promise<T>,
) => Promise<T>;

/**
 * Lends connections whose statement is cancelled in PostgreSQL when a signal aborts. Otherwise a search would keep its
 * connection and a processor of the database for seconds after its client has gone.
 */
export function cancellableConnections(
  connect: () => Promise<pg.PoolClient>,
  { backendOf, cancel }: Options,
): WithConnection {
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
      const backend = backendOf(client);
      if (backend !== undefined) cancelled = cancel(backend);
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

/** Cancels statements over a connection of its own, because those of the pool may all be busy with such statements. */
export function createCanceller(url: string): {
  cancel: (backend: number) => Promise<void>;
  close: () => Promise<void>;
} {
  const pool = new pg.Pool({
    Client: clientOf(url),
    max: 1,
    application_name: 'parley cancel',
    connectionTimeoutMillis: 10_000,
    query_timeout: 10_000,
  });
  pool.on('error', () => undefined);
  return {
    cancel: async (backend) => {
      // If it fails, the statement ends by itself or by its time limit.
      await pool.query('SELECT pg_cancel_backend($1)', [backend]).catch(() => undefined);
    },
    close: () => pool.end(),
  };
}
