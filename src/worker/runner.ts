import { parseCronItems, type Runner, run, type TaskList } from 'graphile-worker';
import type pg from 'pg';
import { retryForever, withTimeout } from '../lib/async.js';
import type { Services } from '../services.js';
import { graphileLogger } from './graphile-logger.js';
import type { Job } from './job.js';
import type { Liveness } from './liveness.js';

type RunnerOptions = {
  jobs: readonly Job[];
  /** How many of them run at once. */
  concurrency: number;
  pool: pg.Pool;
  liveness: Liveness;
  services: Services;
  graceMs: number;
};

/** Due timers are looked for so often; jobs that are to be done at once are told of. */
const POLL_MS = 2_000;
const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 10_000;
/** What of the grace a job has left when it is told to come to an end. */
const ABORT_EARLIER_MS = 1_000;

/** Does the jobs until it is stopped. When Graphile Worker breaks off, as with the database, it is started again. */
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
    onFailure: (err) => log.warn({ err }, 'The jobs broke off'),
  });
  return async () => {
    stopping.abort();
    // Stopped already where it breaks off at the same moment.
    runner?.stop().catch(() => undefined);
    const inTime = await withTimeout(options.graceMs, ended);
    if (!inTime) log.warn('Jobs that still run are left to another process');
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
    // One clock decides both whether a timer is due and what its job then sees.
    useNodeTime: true,
    gracefulShutdownAbortTimeout: Math.max(0, graceMs - ABORT_EARLIER_MS),
    taskList: Object.fromEntries(jobs.map((job) => [job.name, taskOf(job, services)])),
    parsedCronItems: parseCronItems(jobs.flatMap(cronItemOf)),
    preset: {
      // Without these a job that cannot be marked as done is an unhandled rejection, which ends the process.
      worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 },
      plugins: [
        {
          name: 'parley-liveness',
          version: '1.0.0',
          // Waited for by each worker before it takes its first job.
          worker: { hooks: { startWorker: (_ctx, { worker }) => onPool(worker.workerPool.id) } },
        },
      ],
    },
  });
}

function taskOf({ name, perform }: Job, services: Services): NonNullable<TaskList[string]> {
  return async (payload, { job, abortSignal }) => {
    const ended = services.metrics.jobs.startTimer({ job: name });
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
}

/** One after the other; and where nobody was there to begin it, one is enough. */
function cronItemOf({ name, cron }: Job) {
  const key = `cron:${name}`;
  return cron === undefined ? [] : [{ task: name, match: cron, options: { jobKey: key, queueName: key } }];
}
