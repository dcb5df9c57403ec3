import pg from 'pg';
import { noLimits, settling } from '../db/session-settings.js';
import { withTimeout } from '../lib/async.js';
import { stoppable } from '../lib/stoppable.js';
import type { Services } from '../services.js';
import type { Job, Service } from './job.js';
import { createLiveness } from './liveness.js';
import { startRunner } from './runner.js';

export type WorkerOptions = {
  url: string;
  jobs: readonly Job[];
  /** What runs beside the jobs for as long as the worker does. */
  background: readonly Service[];
  services: Services;
  /** How long `stop` waits for what runs. What is not done by then is done by another process, or after the next start. */
  graceMs: number;
};

/** How many jobs one process runs at once. */
const CONCURRENCY = 5;
/** Connections besides one for each job: one listens for new jobs. */
const LISTENING = 1;
const CLOSE_MS = 1_000;

/**
 * Starts to do the jobs that wait in the database, and the services. Any number of processes may do so: each job is taken
 * by one of them, and when that dies another one takes it over within seconds.
 */
export async function startWorker({ url, jobs, background, services, graceMs }: WorkerOptions) {
  const { log } = services;
  return stoppable(async (stops) => {
    const pool = openPool(url, (err) => log.warn({ err }, 'A connection of the worker broke'));
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

/** The jobs' own connections: for taking and finishing them. What they do goes through those of the application. */
function openPool(url: string, onError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONCURRENCY + LISTENING,
    application_name: 'parley-worker',
    connectionTimeoutMillis: 10_000,
    query_timeout: 40_000,
    verify: settling({ ...noLimits, statementMs: 30_000 }),
  });
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', onError));
  return pool;
}
