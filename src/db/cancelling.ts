import pg from 'pg';
import { clientOf } from './hosts.js';

declare module 'pg' {
  interface ClientBase {
    readonly processID: number;
    readonly secretKey: number;
  }
  interface Connection {
    connect(port: number, host: string): void;
    connect(path: string): void;
    requestSsl(): void;
    cancel(processID: number, secretKey: number): void;
  }
}

/**
 * Cancels the statement that a connection runs. Settles when a statement that the connection runs later can no longer be
 * cancelled by it. If cancelling fails, the statement ends by itself or by its time limit.
 */
export type Cancel = (client: pg.PoolClient) => Promise<void>;

const LIMIT_MS = 10_000;
/** How long a statement behind a pooler may take to end after it was cancelled. */
const END_MS = 1_000;

/** Cancels by a statement on a connection of its own, because those of the pool may all be busy with such statements. */
export function createCanceller(
  url: string,
  /** The process of PostgreSQL that serves a connection. */
  backendOf: (client: pg.ClientBase) => number | undefined,
): { cancel: Cancel; close: () => Promise<void> } {
  const pool = new pg.Pool({
    Client: clientOf(url),
    max: 1,
    application_name: 'parley cancel',
    connectionTimeoutMillis: LIMIT_MS,
    query_timeout: LIMIT_MS,
  });
  pool.on('error', () => undefined);
  return {
    cancel: async (client) => {
      await pool.query('SELECT pg_cancel_backend($1)', [backendOf(client)]).catch(() => undefined);
    },
    close: () => pool.end(),
  };
}

/**
 * Cancels by the key that a pooler has given its client, because the process of PostgreSQL that serves a transaction may
 * serve another client's next. PgBouncer passes the request on to the process that serves this client at the moment, if
 * one does. Then the connection is given up: a statement that still waits in PgBouncer's queue leaves it.
 */
export async function cancelByKey(client: pg.PoolClient): Promise<void> {
  await requestCancel(client);
  setTimeout(() => client.connection.stream.destroy(), END_MS).unref();
}

/** Settles when the pooler closes the connection, which it does when it has passed the request on. */
function requestCancel({ host, port, ssl, processID, secretKey }: pg.PoolClient): Promise<void> {
  return new Promise((resolve) => {
    const connection = new pg.Connection({ ssl });
    const send = () => connection.cancel(processID, secretKey);
    const limit = setTimeout(() => connection.stream.destroy(), LIMIT_MS);
    connection.on('error', () => undefined);
    connection.once('connect', ssl ? () => connection.requestSsl() : send);
    connection.once('sslconnect', send);
    connection.once('end', () => {
      clearTimeout(limit);
      resolve();
    });
    if (host.startsWith('/')) connection.connect(`${host}/.s.PGSQL.${port}`);
    else connection.connect(port, host);
  });
}
