import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StartError } from '../lib/program.js';
import { type Acquired, acquire } from './embedded/acquire.js';
import { type Cluster, openCluster } from './embedded/cluster.js';
import { expectFreePort } from './embedded/expect-free-port.js';
import { removeUnfinished } from './embedded/make-cluster.js';
import { otherConnectionsClosed } from './embedded/other-connections.js';
import { signalPostmaster, stopPostmaster } from './embedded/postmaster.js';
import { NAME } from './embedded/prepare-database.js';

export type EmbeddedDatabase = {
  /** The URL of the database `parley`. It does not change until the database is stopped. */
  url: string;
  /** The same for the superuser, for what no server does. */
  superuserUrl: string;
  /** Stops PostgreSQL if this process owns it. Connections still open after one second are broken. */
  stop(): Promise<void>;
};

type Options = {
  dataDir: string;
  /** The port on 127.0.0.1; any free one if left out. */
  port?: number | undefined;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
};
type Owned = Extract<Acquired, { lock: unknown }>;

const PATIENCE_MS = 3_000;
const SLOW_MS = 5_000;
const RETRY_MS = 1_000;

/**
 * Starts the embedded PostgreSQL with its data in `dataDir`, which the first start creates, and becomes its only owner.
 * A PostgreSQL whose owner was killed is taken over. It is restarted if it crashes.
 * @throws {StartError} if it cannot run on this machine, or another process owns it
 */
export async function startEmbeddedDatabase(options: Options): Promise<EmbeddedDatabase> {
  const { cluster, acquired } = await open(options, PATIENCE_MS);
  if ('lock' in acquired) return own(cluster, acquired, options);
  const whose = acquired.owner === undefined ? '' : ` (process ${acquired.owner})`;
  throw new StartError(
    `Another Parley process${whose} is using ${options.dataDir}: stop it, or set DATA_DIR to another directory`,
  );
}

/**
 * The embedded PostgreSQL for the duration of a command. If no process owns it, it is started, and `stop` stops it.
 * @throws {StartError} if it cannot run on this machine
 */
export async function useEmbeddedDatabase(options: Options): Promise<EmbeddedDatabase> {
  const { cluster, acquired } = await open(options, 0);
  if ('lock' in acquired) return own(cluster, acquired, options);
  return { ...urlsOf(cluster, acquired.port), stop: async () => undefined };
}

async function open({ dataDir, port, log }: Options, patience: number) {
  if (port !== undefined) await expectFreePort(dataDir, port);
  const cluster = await openCluster(dataDir, log);
  const notice = setTimeout(() => {
    log.info(`Waiting for the embedded PostgreSQL, which may be recovering from a crash (its log is ${cluster.log})`);
  }, SLOW_MS);
  try {
    const acquired = await acquire(cluster, { port, patience });
    if (!('lock' in acquired) || port === undefined || acquired.port === port) return { cluster, acquired };
    // One that was taken over may be on another port.
    await stopPostmaster(acquired.pid, cluster.data);
    return { cluster, acquired: await acquire(cluster, { port, patience }) };
  } finally {
    clearTimeout(notice);
  }
}

async function own(cluster: Cluster, first: Owned, { dataDir, log }: Options): Promise<EmbeddedDatabase> {
  let owned: Owned | undefined;
  let recovery: Promise<void> | undefined;
  let stopping = false;

  function hold(acquired: Owned): void {
    owned = acquired;
    acquired.lock.once('end', () => {
      owned = undefined;
      if (!stopping) recovery = recover();
    });
  }

  async function recover(): Promise<void> {
    log.warn('The embedded PostgreSQL stopped unexpectedly; restarting it');
    while (!stopping && !owned) {
      try {
        const acquired = await acquire(cluster, { port: first.port, patience: 0 });
        if ('lock' in acquired) return hold(acquired);
        log.warn(`Another Parley process has taken over ${dataDir}`);
      } catch (error) {
        log.error(error, 'The embedded PostgreSQL does not start; retrying');
      }
      await sleep(RETRY_MS);
    }
  }

  // If the process exits without calling stop, PostgreSQL is at least signaled to stop, which takes less than a second.
  const onExit = () => owned && signalPostmaster(owned.pid, 'SIGINT');
  process.once('exit', onExit);
  hold(first);
  await removeUnfinished(cluster.home);

  return {
    ...urlsOf(cluster, first.port),
    stop: async () => {
      stopping = true;
      await recovery;
      if (owned) await otherConnectionsClosed(owned.lock);
      if (owned) await stopPostmaster(owned.pid, cluster.data);
      process.off('exit', onExit);
    },
  };
}

function urlsOf({ password }: Cluster, port: number): Pick<EmbeddedDatabase, 'url' | 'superuserUrl'> {
  // Explicit, because otherwise PGSSLMODE in the environment would apply.
  const urlOf = (role: string) => `postgresql://${role}:${password}@127.0.0.1:${port}/${NAME}?sslmode=disable`;
  return { url: urlOf(NAME), superuserUrl: urlOf('postgres') };
}
