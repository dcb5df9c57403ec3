import { Logger as GraphileLogger, parseCronItems, type Runner, run, type TaskList } from 'graphile-worker';
import type pg from 'pg';
import type { Logger } from 'pino';
import { z } from 'zod';
import { retryForever, withTimeout } from '../lib/async.js';
import { traced } from '../lib/tracing.js';
import type { Services } from '../services.js';
import type { Job } from './job.js';
import type { Liveness } from './liveness.js';

type RunnerOptions = {
  jobs: readonly Job[];
  /** How many jobs run at the same time. */
  concurrency: number;
  pool: pg.Pool;
  liveness: Liveness;
  services: Services;
  graceMs: number;
};

/** How often to look for due timers. Jobs without a time announce themselves. */
const POLL_MS = 2_000;
const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 10_000;
/** How long before the end of the grace period running jobs are aborted. */
const ABORT_EARLIER_MS = 1_000;

/**
 * Runs jobs until it is stopped, which the returned function does. Restarts Graphile Worker if it fails, as it does
 * with the database.
 */
export function startRunner(options: RunnerOptions): () => Promise<void> {
  const { log } = options.services;
  const stopping = new AbortController();
  let runner: Runner | undefined;

  async function runOnce(): Promise<void> {
    let poolId = '';
    const onPool = (id: string) => {
      poolId = id;
      return options.liveness.hold(id);
    };
    try {
      runner = await startGraphile(options, onPool);
      if (stopping.signal.aborted) await runner.stop();
      await runner.promise;
    } finally {
      runner = undefined;
      options.liveness.drop(poolId);
    }
  }

  const ended = retryForever(runOnce, {
    signal: stopping.signal,
    firstPauseMs: FIRST_PAUSE_MS,
    maxPauseMs: MAX_PAUSE_MS,
    onFailure: (err) => log.warn({ err }, 'Job runner stopped unexpectedly; restarting'),
  });
  return async () => {
    stopping.abort();
    // Rejects if the runner fails at the same moment, and so has already stopped.
    runner?.stop().catch(() => undefined);
    const inTime = await withTimeout(options.graceMs, ended);
    if (!inTime) log.warn('Jobs still running at shutdown are left to another process');
  };
}

async function startGraphile(
  { jobs, concurrency, pool, services, graceMs }: RunnerOptions,
  onPool: (poolId: string) => Promise<void>,
): Promise<Runner> {
  return run({
    pgPool: pool,
    schema: 'graphile_worker',
    concurrency,
    pollInterval: POLL_MS,
    logger: graphileLogger(services.log),
    noHandleSignals: true,
    // The same clock decides whether a timer is due and what its job then sees.
    useNodeTime: true,
    gracefulShutdownAbortTimeout: Math.max(0, graceMs - ABORT_EARLIER_MS),
    taskList: Object.fromEntries(jobs.map((job) => [job.name, taskOf(job, services)])),
    parsedCronItems: parseCronItems(jobs.flatMap(cronItemOf)),
    preset: {
      // With batching, a job that cannot be marked as done would be an unhandled rejection, which ends the process.
      worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 },
      plugins: [
        {
          name: 'parley-liveness',
          version: '1.0.0',
          // Each worker waits for this before it takes its first job.
          worker: { hooks: { startWorker: (_ctx, { worker }) => onPool(worker.workerPool.id) } },
        },
      ],
    },
  });
}

function taskOf({ name, perform }: Job, services: Services): NonNullable<TaskList[string]> {
  return async (payload, { job, abortSignal }) => {
    const ended = services.metrics.jobs.startTimer({ job: name });
    const run = async () => {
      try {
        await perform(payload, { ...services, signal: abortSignal });
        ended({ outcome: 'done' });
      } catch (err) {
        const last = job.attempts >= job.max_attempts;
        ended({ outcome: last ? 'given_up' : 'failed' });
        services.log[last ? 'error' : 'warn']({ err, job: name, jobId: job.id, attempt: job.attempts }, 'A job failed');
        throw err;
      }
    };
    const attributes = { 'parley.job.name': name, 'parley.job.id': job.id, 'parley.job.attempt': job.attempts };
    return traced(services.tracing, `job ${name}`, run, {
      kind: 'consumer',
      attributes,
      from: {},
      cause: causeOf(payload),
    });
  };
}

const caused = z.object({ _traceparent: z.string().optional() }).catch({});

/** The span that a job was added in, if it says so. */
function causeOf(payload: unknown): string | undefined {
  return caused.parse(payload)._traceparent;
}

/** Runs of one cron job never overlap, and runs that were missed while no worker was active count as one. */
function cronItemOf({ name, cron }: Job) {
  const key = `cron:${name}`;
  return cron === undefined ? [] : [{ task: name, match: cron, options: { jobKey: key, queueName: key } }];
}

/** Graphile Worker logs every job that starts or ends as `info`, which is of interest only for debugging. */
const levels: Record<string, 'error' | 'warn' | 'debug' | 'trace'> = {
  error: 'error',
  warning: 'warn',
  info: 'debug',
  debug: 'trace',
};

/** Passes the messages of Graphile Worker to the log, without their metadata, which contains the payloads of jobs. */
function graphileLogger(log: Logger): GraphileLogger {
  return new GraphileLogger(() => (level, message, meta) => {
    // The failure of a job is logged by `taskOf`, with its error.
    if (meta?.failure) return;
    log[levels[level] ?? 'warn'](`Jobs: ${message}`);
  });
}
