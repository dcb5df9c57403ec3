import type { Logger } from 'pino';
import type { Database } from '../db/client.js';
import { identityOf } from '../db/identity.js';
import { poll } from '../lib/async.js';
import { messageOf } from '../lib/error-info.js';
import { bytesOfLsn, createReplayLag, type ReplayLag } from './replay-lag.js';
import { openStandby, type Standby, type StandbyOptions } from './standby.js';

/** Why the replica is not read from: it cannot be reached or is no standby, or is too far behind. */
export type Unusable = 'away' | 'behind';

/** A standby that may be read from, and the time before which it shows everything that was committed. */
type Usable = { standby: Standby; coveredUntil: number };

/** The read replica: a standby while there is one that can be used. */
export type Replica = {
  current: () => Usable | Unusable;
  /** How long it may take to say how far it is. */
  patienceMs: number;
  /** Has a standby not be used any more, as it has failed. It is looked for again in the background. */
  giveUp: (standby: Standby, error: unknown) => void;
  /** For the metrics; null while there is no standby, or nothing is known yet. */
  lag: () => { seconds: number; bytes: number } | null;
  close: () => Promise<void>;
};

/** In milliseconds. */
export type ReplicaTimes = {
  /** How long ago the state may be that it shows. Default: 10 seconds. */
  maxLagMs: number;
  /** How long it may take to be connected to, or to answer when it is looked at. Default: 2 seconds. */
  controlMs: number;
  /** How long it may take to say how far it is, before a query goes to the primary. Default: 500. */
  patienceMs: number;
};

const TIMES: ReplicaTimes = { maxLagMs: 10_000, controlMs: 2_000, patienceMs: 500 };

type Options = Omit<StandbyOptions, 'controlMs'> & {
  database: Pick<Database, 'read'>;
  log: Pick<Logger, 'info' | 'warn'>;
  times: Partial<ReplicaTimes> | undefined;
};

/** How often its progress is asked for, and a standby is looked for if there is none. */
const POLL_MS = 500;

type Written = { lsn: string; held: boolean };
type Connected = { standby: Standby; lag: ReplayLag };

/**
 * Finds the standby that a URL leads to, and watches how far it has come. Neither the start nor any request waits for it. A
 * standby is used once it has replayed what the primary had written when it was found, so that a caller who has read from
 * another one before, or from this one before it was restarted, never sees an older state.
 */
export function openReplica({ database, log, times, ...options }: Options): Replica {
  const { maxLagMs, controlMs, patienceMs } = { ...TIMES, ...times };
  let connected: Connected | null = null;
  let complaint = '';
  let closed = false;
  /** Up to where the primary held its write-ahead log back when it was last asked. */
  let heldAt: string | null = null;

  function complain(error: unknown): void {
    const reason = messageOf(error);
    if (closed || reason === complaint) return;
    complaint = reason;
    log.warn({ reason }, 'The read replica cannot be used; everything is read from the primary');
  }

  function giveUp(standby: Standby, error: unknown): void {
    if (connected?.standby !== standby) return;
    connected = null;
    complain(error);
    void standby.close().catch(() => undefined);
  }

  async function connect(): Promise<Connected> {
    const lost: { error?: Error } = {};
    const standby: Standby = await openStandby({ ...options, controlMs }, await identityOf(database.read), (error) => {
      lost.error = error;
      giveUp(standby, error);
    });
    if (closed || lost.error) {
      await standby.close();
      throw lost.error ?? new Error('The process stops.');
    }
    connected = { standby, lag: createReplayLag() };
    return connected;
  }

  async function check(): Promise<void> {
    const { standby, lag } = connected ?? (await connect());
    const at = performance.now();
    const [written] = await database.read<Written>`
      SELECT pg_current_wal_insert_lsn()::text AS lsn, pg_current_wal_insert_lsn() > pg_current_wal_flush_lsn() AS held`;
    if (written) lag.written(at, bytesOfLsn(written.lsn));
    // Reads write to the log too, where they tidy up a page, and a standby gets that only with the next commit.
    if (written?.held && written.lsn === heldAt) await database.read`SELECT pg_current_xact_id()::text`;
    heldAt = written?.held ? written.lsn : null;
    const wasUsable = lag.coveredUntil() !== null;
    try {
      lag.replayed(await standby.replayed());
    } catch (error) {
      giveUp(standby, error);
      return;
    }
    if (wasUsable || lag.coveredUntil() === null || connected?.standby !== standby) return;
    complaint = '';
    log.info('Queries are read from the read replica');
  }

  const stop = poll(POLL_MS, check, (error) => {
    // Otherwise it is the primary that is away, which whoever needs it notices.
    if (!connected) complain(error);
  });

  return {
    current: () => {
      if (!connected) return 'away';
      const coveredUntil = connected.lag.coveredUntil();
      if (coveredUntil === null || performance.now() - coveredUntil > maxLagMs) return 'behind';
      return { standby: connected.standby, coveredUntil };
    },
    patienceMs,
    giveUp,
    lag: () => {
      const coveredUntil = connected?.lag.coveredUntil() ?? null;
      if (!connected || coveredUntil === null) return null;
      return { seconds: (performance.now() - coveredUntil) / 1000, bytes: connected.lag.bytes() };
    },
    close: async () => {
      closed = true;
      stop();
      const last = connected;
      connected = null;
      await last?.standby.close();
    },
  };
}
