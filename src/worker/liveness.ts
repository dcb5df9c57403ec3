import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from 'pino';
import { clientOf } from '../db/hosts.js';
import { noLimits, settleSession } from '../db/session-settings.js';
import { withTimeout } from '../lib/async.js';
import { forgetPools, holdPool, noticeSilentPeers, takeOverFromDeadPools } from './liveness.sql.js';

/** Shows other processes that the job runners of this one are alive, and frees the jobs of runners that are not. */
export type Liveness = {
  /** Settles when a runner is known to be alive; from then on it can keep the jobs that it takes. */
  hold: (poolId: string) => Promise<void>;
  /** Declares that a runner has ended, so that others can run the jobs it still had. */
  drop: (poolId: string) => void;
  /** Declares that all runners have ended, and closes the connection. */
  close: () => Promise<void>;
};

const SWEEP_MS = 3_000;
const CONNECT_TIMEOUT_MS = 5_000;
const CLOSE_MS = 1_000;

/** A runner: `held` settles through `onHeld` when it is known to be alive. */
type Pool = { held: Promise<void>; onHeld: () => void };

/**
 * Creates the liveness of this process. Graphile Worker locks a job in the name of the runner that took it. For each of
 * its runners the process holds an advisory lock, on a connection of its own; PostgreSQL releases the lock when the
 * process dies. Every 3 seconds each process looks for runners whose lock is free, and frees their jobs.
 */
export function createLiveness(url: string, log: Logger): Liveness {
  const Client = clientOf(url);
  const pools = new Map<string, Pool>();
  let closing = false;
  let wake = new AbortController();

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
      if (dead > 0) log.warn({ runners: dead }, 'Freed the jobs of a worker that died');
      await pause(SWEEP_MS);
    }
    await forgetPools(client, [...held]);
  }

  async function connect(): Promise<void> {
    const client = new Client({
      keepAlive: true,
      application_name: 'parley-worker',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: CONNECT_TIMEOUT_MS,
    });
    client.on('error', (err) => log.warn({ err }, 'Worker lost the connection that shows it is alive'));
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
      await connect().catch((err: unknown) => log.warn({ err }, 'Worker cannot show that it is alive; retrying'));
      if (!closing) await pause(1_000);
    }
  }

  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: wake.signal, ref: false }).catch(() => undefined);
    wake = new AbortController();
  }

  const connected = stayConnected();

  function begin(poolId: string): Pool {
    let onHeld = () => {};
    const held = new Promise<void>((resolve) => {
      onHeld = resolve;
    });
    const pool = { held, onHeld };
    pools.set(poolId, pool);
    wake.abort();
    return pool;
  }

  return {
    hold: (poolId) => (pools.get(poolId) ?? begin(poolId)).held,
    drop: (poolId) => {
      if (pools.delete(poolId)) wake.abort();
    },
    close: async () => {
      closing = true;
      wake.abort();
      await withTimeout(CLOSE_MS, connected);
    },
  };
}
