import pg from 'pg';
import { clientOf } from '../db/hosts.js';
import { noLimits, settleSession } from '../db/session-settings.js';
import { withTimeout } from '../lib/async.js';
import { stoppable } from '../lib/stoppable.js';
import type { Services } from '../services.js';
import type { Job, Service } from './job.js';
import { createLiveness } from './liveness.js';
import { startRunner } from './runner.js';

export type WorkerOptions = {
  url: string;
  jobs: readonly Job[];
  /** Services that run as long as the worker. */
  background: readonly Service[];
  services: Services;
  /** How long `stop` waits for running work. The rest is left to another process, or to the next start. */
  graceMs: number;
};

/** How many jobs one process runs at the same time. */
const CONCURRENCY = 5;
/** Connections besides one per job: one listens for new jobs. */
const LISTENING = 1;
/** Those, and one that shows that the process is alive. */
export const WORKER_CONNECTIONS = CONCURRENCY + LISTENING + 1;
const CLOSE_MS = 1_000;

/**
 * Starts the services, and the jobs that wait in the database. Any number of processes can run a worker: each job is
 * taken by one of them, and by another within seconds if that process dies.
 */
export async function startWorker({ url, jobs, background, services, graceMs }: WorkerOptions) {
  const { log } = services;
  return stoppable(async (stops) => {
    const pool = openPool(url, (err) => log.warn({ err }, 'Worker lost a database connection'));
    stops.push(() => withTimeout(CLOSE_MS, pool.end()));
    const liveness = createLiveness(url, log);
    stops.push(() => liveness.close());
    const running: (() => Promise<void>)[] = [];
    stops.push(() => withTimeout(graceMs, Promise.all(running.map((stopRunning) => stopRunning()))));
    for (const service of background) running.push(await service.start());
    running.push(startRunner({ jobs, concurrency: CONCURRENCY, pool, liveness, services, graceMs }));
    return {};
  });
}

/** Opens the connections on which jobs are taken and finished. What the jobs do uses the pool of the application. */
function openPool(url: string, onError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    Client: clientOf(url),
    max: CONCURRENCY + LISTENING,
    application_name: 'parley-worker',
    connectionTimeoutMillis: 10_000,
    query_timeout: 40_000,
    onConnect: (client) => settleSession(client, { ...noLimits, statementMs: 30_000 }),
  });
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', onError));
  return pool;
}
