import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { hostsOf } from '../lib/urls.js';
import { clientOf } from './hosts.js';
import { isOutOfConnections } from './sql-state.js';

type Options = {
  url: string;
  /** Maximum number of connections. */
  size: number;
  /** Prepares a new connection, or refuses it. */
  settle: (client: pg.ClientBase) => Promise<void>;
  /** How long a connection is kept; 0 for as long as it works. */
  lifetimeSeconds: number;
  /** How long to try to connect, in milliseconds. Default: 10 seconds. */
  connectMs?: number;
  /** Called when an idle connection breaks; the pool replaces it by itself. */
  onError: (error: Error) => void;
  /** Called when PostgreSQL refuses a further connection, with the number of those that are open. */
  onShortage: (open: number) => void;
};

export type Pool = {
  pool: pg.Pool;
  /** Lends a connection, which the borrower releases. */
  connect: () => Promise<pg.PoolClient>;
};

const CONNECT_MS = 10_000;
/** How long the pool makes do with the connections that it has, before it asks PostgreSQL for a further one. */
const SHORTAGE_MS = 5_000;
const RETRY_MS = 200;

/**
 * Opens a pool. Where PostgreSQL refuses a further connection, because the role, the database or the server has all that it
 * may, requests wait for one of those that the pool has, as they do where it is full.
 */
export function openPool({
  url,
  size,
  settle,
  lifetimeSeconds,
  connectMs = CONNECT_MS,
  onError,
  onShortage,
}: Options): Pool {
  const hosts = hostsOf(url)?.length ?? 1;
  const pool = new pg.Pool({
    Client: clientOf(url),
    max: size,
    application_name: 'parley',
    // Statements are sent without waiting for the results of those before.
    pipeline: true,
    connectionTimeoutMillis: connectMs,
    maxLifetimeSeconds: lifetimeSeconds,
    // Not `verify`, which loses the connection if the caller stops waiting for it meanwhile.
    onConnect: settle,
  });
  pool.on('error', onError);
  // A connection that breaks while the pool hands it out has no other listener, and would end the process. Its user
  // notices with the first statement.
  pool.on('connect', (client) => client.on('error', () => undefined));

  function makeDo(): void {
    if (pool.options.max === size) {
      onShortage(pool.totalCount);
      setTimeout(() => {
        pool.options.max = size;
      }, SHORTAGE_MS).unref();
    }
    pool.options.max = Math.max(1, pool.totalCount);
  }

  async function connect(): Promise<pg.PoolClient> {
    const deadline = performance.now() + connectMs;
    for (let otherHosts = hosts - 1; ; ) {
      try {
        return await pool.connect();
      } catch (error) {
        if (performance.now() > deadline) throw error;
        if (isOutOfConnections(error)) {
          makeDo();
          // Otherwise it waits for one of those.
          if (pool.totalCount === 0) await sleep(RETRY_MS);
        } else {
          if (otherHosts === 0) throw error;
          otherHosts -= 1;
          await sleep(RETRY_MS);
        }
      }
    }
  }

  return { pool, connect };
}
