import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { messageOf } from '../../lib/error-info.js';
import { StartError } from '../../lib/program.js';
import type { Cluster } from './cluster.js';
import { findPostmaster, type Postmaster, stopPostmaster } from './postmaster.js';
import { prepareDatabase } from './prepare-database.js';
import { startPostmaster } from './start-postmaster.js';

/**
 * A running PostgreSQL, with the connection whose lock makes this process its owner, or the id of the process that owns
 * it.
 */
export type Acquired = Postmaster & ({ lock: pg.Client } | { owner: number | undefined });

type Options = {
  /** The port to start PostgreSQL on if it is not running; any free port if left out. */
  port?: number | undefined;
  /** How long to wait for another owner to stop, in milliseconds. */
  patience: number;
};

// An arbitrary number that must stay the same in all versions that may use the same data.
const OWNER_LOCK = 7_270_755_911;
const OWNER_NAME = 'parley-owner';
const POLL_MS = 50;
const MAX_STARTS = 3;

/**
 * Starts PostgreSQL if it is not running, and tries to take the owner's lock. The lock ends with the connection that
 * holds it, and therefore with its owner, even if the owner is killed. PostgreSQL itself outlives a killed owner, and
 * the next owner takes it over.
 * @throws {StartError} if PostgreSQL does not start, or refuses the connection
 */
export async function acquire(cluster: Cluster, { port, patience }: Options): Promise<Acquired> {
  const giveUp = Date.now() + patience;
  let started: Postmaster | undefined;
  try {
    for (let starts = 0; ; await sleep(POLL_MS)) {
      let running = await findPostmaster(cluster.data);
      if (!running) {
        starts += 1;
        if (starts > MAX_STARTS) throw new StartError(`PostgreSQL keeps stopping (its log is ${cluster.log})`);
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

/** Connects as superuser; undefined while PostgreSQL is starting or stopping. */
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
  // A broken connection must not end the process; the next statement on it fails.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    if (!(error instanceof pg.DatabaseError) || error.code?.startsWith('57P')) return undefined;
    throw new StartError(`The embedded PostgreSQL refused the connection: ${messageOf(error)}`, { cause: error });
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
