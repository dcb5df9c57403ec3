import type { z } from 'zod';
import type { Services } from '../services.js';

/** What a job gets besides its payload. */
export type JobContext = Services & {
  /** Aborts shortly before the worker stops. A job that has not finished by then runs again later. */
  signal: AbortSignal;
};

/** Background work that runs at least once. Running it again must change nothing. */
export type Job = {
  name: string;
  /** When the job also starts by itself: five crontab fields, in UTC. It starts once for all workers together. */
  cron: string | undefined;
  perform: (payload: unknown, context: JobContext) => Promise<void>;
};

/**
 * Defines a job. Put it into a file `<verb>-<noun>.job.ts` in `src/worker/jobs/`, and list it in
 * `src/worker/registry.ts`. A job is started by `work.schedule(…)` in an action, or by its `cron`, which adds `_cron`
 * to an otherwise empty payload. It fails if its payload is invalid or `run` throws; it is then retried with growing
 * pauses, 25 times in about three days.
 */
export function defineJob<Payload>(job: {
  name: string;
  cron?: string;
  payload: z.ZodType<Payload>;
  run: (payload: Payload, context: JobContext) => Promise<void>;
}): Job {
  return {
    name: job.name,
    cron: job.cron,
    perform: async (payload, context) => job.run(job.payload.parse(payload), context),
  };
}

/** Work that lasts as long as the worker. It runs in every worker, so several instances must work side by side. */
export type Service = {
  name: string;
  /** Starts it, and returns the function that stops it. */
  start: () => Promise<() => Promise<void>>;
};
