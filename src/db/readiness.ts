import pg from 'pg';
import { withTimeout } from '../lib/async.js';
import { clientOf, HostClient } from './hosts.js';
import type { Route } from './route.js';
import type { Query } from './shared-statements.js';
import { isOutOfConnections } from './sql-state.js';

/** The name of its connection. Every process has one. */
export const READINESS = 'parley-readiness';
const LIMIT_MS = 1_000;

export type Readiness = {
  /** Whether the database takes writes, as far as it answers within a second. */
  ask: () => Promise<boolean>;
  close: () => Promise<void>;
};

type Options = {
  url: string;
  /** Runs a statement on a connection of the pool. */
  throughPool: Query;
  /** The pooler through which requests go; null if there is none. */
  pooler: Route | null;
};

type Answer = { rows: { writable: boolean }[] };

const QUESTION = "SELECT current_setting('transaction_read_only') = 'off' AS writable";

/**
 * Asks over a connection of its own, which it keeps: those of the pool may all be busy, which is no reason for a load
 * balancer to take the process out. Questions that are asked meanwhile share the answer.
 */
export function createReadiness({ url, throughPool, pooler }: Options): Readiness {
  const pool = openOne(url);
  const poolerPool = pooler ? openOne(pooler.url) : null;

  async function askAlone(): Promise<boolean> {
    const client = await pool.connect();
    let writable = false;
    try {
      const { rows }: Answer = await client.query(QUESTION);
      writable = rows[0]?.writable === true;
      return writable;
    } finally {
      if (!writable && client instanceof HostClient) client.leaveHost();
      // A connection to a standby stays one when the name or the proxy leads to the primary again.
      client.release(!writable);
    }
  }

  async function question(): Promise<boolean> {
    try {
      return await askAlone();
    } catch (error) {
      if (!isOutOfConnections(error)) throw error;
      // The pool may have all connections that there are.
      const { rows }: Answer = await throughPool({ text: QUESTION });
      return rows[0]?.writable === true;
    }
  }

  /** Being its client is enough: a statement would wait behind those of requests. */
  async function askPooler(): Promise<boolean> {
    if (!pooler || !poolerPool) return true;
    const client = await poolerPool.connect();
    try {
      if (!pooler.isSettled()) await pooler.settle(client);
    } finally {
      client.release(!pooler.isSettled());
    }
    return true;
  }

  let asking: Promise<boolean> | undefined;
  async function answer(): Promise<boolean> {
    let writable = false;
    const answered = Promise.all([question(), askPooler()]).then((results) => {
      writable = results.every(Boolean);
    });
    const inTime = await withTimeout(LIMIT_MS, answered).catch(() => false);
    return inTime && writable;
  }

  return {
    ask: () => {
      asking ??= answer().finally(() => {
        asking = undefined;
      });
      return asking;
    },
    close: async () => void (await Promise.all([pool.end(), poolerPool?.end()])),
  };
}

function openOne(url: string): pg.Pool {
  const pool = new pg.Pool({
    Client: clientOf(url),
    max: 1,
    application_name: READINESS,
    keepAlive: true,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: LIMIT_MS,
    query_timeout: LIMIT_MS,
  });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
