import { setMaxListeners } from 'node:events';
import pg from 'pg';
import { cancellableConnections } from '../db/cancellable-connection.js';
import { clientOf, HostClient } from '../db/hosts.js';
import { identityOf } from '../db/identity.js';
import { openPool } from '../db/pool.js';
import { createRead, createStatements } from '../db/read.js';
import type { Reader } from '../db/read-gate.js';
import { createReads, type Reads } from '../db/reads.js';
import { directRoute } from '../db/route.js';
import { resultOf } from '../db/send-statement.js';
import type { Watch } from '../db/watch.js';
import { bytesOfLsn } from './replay-lag.js';

export type StandbyOptions = {
  url: string;
  poolSize: number;
  currentReader: () => Reader | null;
  watch: Watch;
  /** Called with the text of every SQL statement. */
  onStatement: ((sql: string) => void) | undefined;
  /** How long it may take to be connected to, or to say how far it is, before it counts as away; in milliseconds. */
  controlMs: number;
};

/** One server that follows the primary, from when it is found until it is given up. */
export type Standby = {
  reads: Reads;
  /** How far it has replayed the primary's log. Throws if it is no standby any more, or another server than before. */
  replayed: () => Promise<bigint>;
  /** Waits for a result only as long as the standby is not given up. */
  whileUsed: <T>(result: Promise<T>) => Promise<T>;
  /** Fails what waits for it at once, and closes its connections as soon as they are idle. */
  close: () => Promise<void>;
};

/** Why a server cannot be read from, for the log. */
class UnusableReplicaError extends Error {}

type Control = { standby: boolean; instance: string; lsn: string | null };

const INSTANCE = "current_setting('port') || ' ' || extract(epoch FROM pg_postmaster_start_time())";
const CONTROL = `SELECT pg_is_in_recovery() AS standby, ${INSTANCE} AS instance, pg_last_wal_replay_lsn()::text AS lsn`;

/**
 * Connects to a standby of the database with this identity. All connections lead to the same running server: what one of
 * them has shown of its progress holds for the others.
 * @throws {UnusableReplicaError} if it is none
 */
export async function openStandby(
  { url, poolSize, currentReader, watch, onStatement, controlMs }: StandbyOptions,
  identity: string,
  onLost: (error: Error) => void,
): Promise<Standby> {
  const closed = new AbortController();
  // Every statement that runs has one.
  setMaxListeners(0, closed.signal);
  const control = new pg.Pool({
    Client: clientOf(url),
    max: 1,
    application_name: 'parley-replica',
    keepAlive: true,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: controlMs,
    query_timeout: controlMs,
  });
  control.on('error', () => undefined);
  control.on('connect', (client) => client.on('error', () => undefined));

  async function ask(): Promise<Control> {
    const client = await control.connect();
    let usable = false;
    try {
      const { rows } = await client.query<Control>(CONTROL);
      const [answer] = rows;
      if (!answer?.standby) throw new UnusableReplicaError('it is no standby');
      usable = true;
      return answer;
    } finally {
      if (!usable && client instanceof HostClient) client.leaveHost();
      client.release(!usable);
    }
  }

  async function first(): Promise<Control> {
    try {
      const answer = await ask();
      const read = createRead(
        (statement) => control.query(statement),
        createStatements(() => ''),
      );
      if ((await identityOf(read)) !== identity) throw new UnusableReplicaError('it is of another database');
      return answer;
    } catch (error) {
      await control.end();
      throw error;
    }
  }

  const { instance } = await first();
  const route = directRoute(url, {
    access: 'read-only',
    inspect: async (client) => {
      const { rows } = await resultOf(client, { text: `SELECT ${INSTANCE} AS instance` });
      if (rows[0]?.instance !== instance) throw new UnusableReplicaError('it leads to several servers');
    },
  });
  const { pool, connect } = openPool({
    ...route,
    size: poolSize,
    connectMs: controlMs,
    onError: onLost,
    onShortage: () => undefined,
  });
  const { reads } = createReads({
    poolSize,
    route,
    currentReader,
    withConnection: cancellableConnections(connect, route.cancel),
    watch,
    onStatement,
  });
  return {
    reads,
    replayed: async () => {
      const answer = await ask();
      if (answer.instance !== instance) throw new UnusableReplicaError('it was restarted, or is another server');
      return answer.lsn === null ? 0n : bytesOfLsn(answer.lsn);
    },
    whileUsed: (result) => untilAborted(closed.signal, result),
    close: async () => {
      closed.abort();
      await Promise.all([pool.end(), control.end(), route.close()]);
    },
  };
}

/** A result, or the failure that the standby was given up meanwhile. */
async function untilAborted<T>(signal: AbortSignal, result: Promise<T>): Promise<T> {
  // Otherwise it would be unhandled if it fails later.
  result.catch(() => undefined);
  return new Promise<T>((resolve, reject) => {
    const giveUp = () => reject(new UnusableReplicaError('it was given up'));
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    const done = () => signal.removeEventListener('abort', giveUp);
    result.finally(done).then(resolve, reject);
  });
}
