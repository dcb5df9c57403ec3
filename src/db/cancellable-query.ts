import pg from 'pg';

type Options = {
  /** Aborts when nobody waits for the statement any more; null for statements that run to their end. */
  currentSignal: () => AbortSignal | null;
  /** The process of PostgreSQL that serves a connection. */
  backendOf: (client: pg.PoolClient) => number | undefined;
  cancel: (backend: number) => Promise<void>;
};

/** Runs a statement outside of transactions. */
export type Query = (statement: pg.QueryConfig) => Promise<pg.QueryResult>;

/**
 * Runs statements that are cancelled in PostgreSQL when their signal aborts. Otherwise a search would keep its connection
 * and a processor of the database for seconds after its client has gone.
 */
export function cancellableQuery(pool: pg.Pool, { currentSignal, backendOf, cancel }: Options): Query {
  return async (statement) => {
    const signal = currentSignal();
    signal?.throwIfAborted();
    // Not `pool.query`, which gives up the connection of every statement that fails.
    const client = await pool.connect();
    const onAbort = () => {
      const backend = backendOf(client);
      if (backend !== undefined) void cancel(backend);
    };
    signal?.addEventListener('abort', onAbort);
    let usable = true;
    try {
      signal?.throwIfAborted();
      return await client.query(statement);
    } catch (error) {
      usable = error instanceof pg.DatabaseError;
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      // A cancellation may still be under way, and must not end the next statement.
      client.release(!usable || signal?.aborted);
    }
  };
}

/** Cancels statements over a connection of its own, because those of the pool may all be busy with such statements. */
export function createCanceller(url: string): {
  cancel: (backend: number) => Promise<void>;
  close: () => Promise<void>;
} {
  const pool = new pg.Pool({
    connectionString: url,
    max: 1,
    application_name: 'parley cancel',
    connectionTimeoutMillis: 10_000,
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
