import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { messageOf } from '../../lib/error-info.js';
import { StartError } from '../../lib/program.js';
import type { Cluster } from './cluster.js';
import { findPostmaster, type Postmaster, stopPostmaster } from './postmaster.js';
import { prepareDatabase } from './prepare-database.js';
import { startPostmaster } from './start-postmaster.js';

/** A running PostgreSQL, and the connection whose lock makes this process its owner or the process that is. */
export type Acquired = Postmaster & ({ lock: pg.Client } | { owner: number | undefined });

type Options = {
  /** The port to start PostgreSQL on when it does not run; any free one when left out. */
  port?: number;
  /** Milliseconds to wait for another owner to let go. */
  patience: number;
};

// The number says nothing; it has to stay the same in all versions that may meet on the same data.
const OWNER_LOCK = 7_270_755_911;
const OWNER_NAME = 'parley-owner';
const POLL_MS = 50;
const MAX_STARTS = 3;

/**
 * Starts PostgreSQL, or finds it running, and asks for the lock of its owner. The lock ends with the connection that holds
 * it, and so with the owner however it ends; PostgreSQL itself outlives a killed owner and is taken over by the next.
 * @throws {StartError} when PostgreSQL does not start, or refuses the connection
 */
export async function acquire(cluster: Cluster, { port, patience }: Options): Promise<Acquired> {
  const giveUp = Date.now() + patience;
  let started: Postmaster | undefined;
  try {
    for (let starts = 0; ; await sleep(POLL_MS)) {
      let running = await findPostmaster(cluster.data);
      if (!running) {
        starts += 1;
        if (starts > MAX_STARTS) throw new StartError(`PostgreSQL keeps ending (its log is ${cluster.log})`);
        started = await startPostmaster(cluster, port);
        running = started;
      }
      const client = await connect(cluster, running.port);
      const outcome = client ? await askForLock(client, cluster.password) : 'gone';
      if (client && outcome === 'locked') return { ...running, lock: client };
      if (typeof outcome === 'object' && Date.now() >= giveUp) return { ...running, ...outcome };
    }
  } catch (error) {
    if (started) await stopPostmaster(started.pid, cluster.data);
    throw error;
  }
}

/** A connection as superuser, or undefined while PostgreSQL starts or stops. */
async function connect({ password }: Cluster, port: number): Promise<pg.Client | undefined> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password,
    database: 'postgres',
    ssl: false,
    application_name: `${OWNER_NAME} ${process.pid}`,
  });
  // A connection that breaks must not end the process; it shows by what is done with it next.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    if (!(error instanceof pg.DatabaseError) || error.code?.startsWith('57P')) return undefined;
    throw new StartError(`The embedded PostgreSQL refuses the connection: ${messageOf(error)}`, { cause: error });
  }
}

async function askForLock(
  client: pg.Client,
  password: string,
): Promise<'locked' | 'gone' | { owner: number | undefined }> {
  try {
    const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS locked', [OWNER_LOCK]);
    await prepareDatabase(client, password);
    if (rows[0]?.locked) return 'locked';
    const holder = await client.query(
      "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted AND application_name ~ $1",
      [`^${OWNER_NAME} \\d+$`],
    );
    await client.end();
    return { owner: Number(holder.rows[0]?.application_name.split(' ')[1]) || undefined };
  } catch (error) {
    await client.end().catch(() => undefined);
    if (error instanceof pg.DatabaseError && !error.code?.startsWith('57P')) throw error;
    return 'gone';
  }
}
