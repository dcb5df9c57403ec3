import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { noLimits, settleSession } from '../db/session-settings.js';
import { withTimeout } from '../lib/async.js';
import { forgetPools, holdPool, noticeSilentPeers, takeOverFromDeadPools } from './liveness.sql.js';

/** Tells the other processes that this one's runners of jobs live, and takes over from those that do not. */
export type Liveness = {
  /** Settles when a runner counts as alive; from then on the jobs that it takes are its own. */
  hold: (poolId: string) => Promise<void>;
  /** Says that a runner has ended: jobs that it still had are done by others. */
  drop: (poolId: string) => void;
  /** Says so of all of them. */
  close: () => Promise<void>;
};

const SWEEP_MS = 3_000;
const PATIENCE_MS = 5_000;
const CLOSE_MS = 1_000;

/** A runner, and what is called when it counts as alive. */
type Pool = { held: Promise<void>; onHeld: () => void };

/**
 * A job is locked under the name of the runner that took it. Whether that runner lives is said by an advisory lock that
 * its process holds for as long as its connection lasts: PostgreSQL gives it back when the process dies. Every process
 * looks every 3 seconds for runners without their lock, and makes their jobs free.
 */
export function createLiveness(url: string, log: Logger): Liveness {
  const pools = new Map<string, Pool>();
  let closing = false;
  let look = new AbortController();

  async function holdOn(client: pg.Client): Promise<void> {
    const held = new Set<string>();
    while (!closing) {
      const ended = [...held].filter((id) => !pools.has(id));
      if (ended.length > 0) await forgetPools(client, ended);
      for (const id of ended) held.delete(id);
      for (const [id, { onHeld }] of [...pools]) {
        if (!held.has(id)) await holdPool(client, id);
        held.add(id);
        onHeld();
      }
      const dead = await takeOverFromDeadPools(client, [...held]);
      if (dead > 0) log.warn({ runners: dead }, 'Took over the jobs of a worker that died');
      await pause(SWEEP_MS);
    }
    await forgetPools(client, [...held]);
  }

  async function connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: url,
      keepAlive: true,
      application_name: 'parley-worker',
      connectionTimeoutMillis: PATIENCE_MS,
      query_timeout: PATIENCE_MS,
    });
    client.on('error', (err) => log.warn({ err }, 'The worker lost the connection that says it lives'));
    try {
      await client.connect();
      await settleSession(client, noLimits);
      await noticeSilentPeers(client);
      await holdOn(client);
    } finally {
      await withTimeout(CLOSE_MS, client.end()).catch(() => undefined);
    }
  }

  async function stayConnected(): Promise<void> {
    while (!closing) {
      await connect().catch((err: unknown) => log.warn({ err }, 'The worker cannot say that it lives'));
      if (!closing) await pause(1_000);
    }
  }

  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: look.signal, ref: false }).catch(() => undefined);
    look = new AbortController();
  }

  const connected = stayConnected();

  function begin(poolId: string): Pool {
    let onHeld = () => {};
    const held = new Promise<void>((resolve) => {
      onHeld = resolve;
    });
    const pool = { held, onHeld };
    pools.set(poolId, pool);
    look.abort();
    return pool;
  }

  return {
    hold: (poolId) => (pools.get(poolId) ?? begin(poolId)).held,
    drop: (poolId) => {
      if (pools.delete(poolId)) look.abort();
    },
    close: async () => {
      closing = true;
      look.abort();
      await withTimeout(CLOSE_MS, connected);
    },
  };
}
