import type { z } from 'zod';
import type { Services } from '../services.js';

/** What a job gets besides its payload. */
export type JobContext = Services & {
  /** Aborted when the worker has to stop soon. A job that is not done then is done again later. */
  signal: AbortSignal;
};

/** Something that is done without a request, at least once: doing it again must change nothing. */
export type Job = {
  name: string;
  /** When the job also begins by itself: a crontab's five fields, in UTC. All workers together begin it once. */
  cron: string | undefined;
  perform: (payload: unknown, context: JobContext) => Promise<void>;
};

/**
 * Defines a job. How a domain adds one: a file `<verb>-<noun>.job.ts` in its folder, listed in `src/jobs/registry.ts`. It
 * is started by `work.schedule(…)` in an action, by `addJobs(…)` elsewhere, or by its `cron`, which adds `_cron` to an
 * otherwise empty payload. A payload that does not fit, and whatever `run` throws, is a failure: the job is tried again
 * with growing pauses, 25 times in about three days.
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

/** Something that goes on for as long as the worker runs; in every worker, so that several must get along. */
export type Service = {
  name: string;
  /** Starts it, and returns the function that stops it. */
  start: () => Promise<() => Promise<void>>;
};
