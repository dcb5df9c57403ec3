import type { Later } from '../db/transaction.js';

/** A job for a worker, which runs it at least once. */
export type NewJob = {
  /** The name in the job's definition. */
  name: string;
  /** The payload that the job's definition expects; stored as JSON. */
  payload: object;
  /** When to run it; immediately if left out. */
  runAt?: Date;
  /** At most one job with a key is waiting: a new one replaces it. */
  key?: string;
};

/**
 * Adds jobs in a transaction, with one statement. Adding a job sends a notification, for which PostgreSQL takes a lock
 * on the whole cluster at commit. Actions therefore add jobs only for what could not be found otherwise: timers.
 * A job names the span that it was added in, if anything is traced.
 */
export function addJobs(later: Later, jobs: readonly NewJob[], traceparent?: string): void {
  if (jobs.length === 0) return;
  const lastOfKey = new Map(jobs.map((job, index) => [job.key ?? index, job]));
  const cause = traceparent === undefined ? {} : { _traceparent: traceparent };
  const specs = [...lastOfKey.values()].map(({ name, payload, runAt, key }) => ({
    ...{ name, runAt, key },
    payload: { ...payload, ...cause },
  }));
  // Ordered by key, so that two transactions cannot deadlock.
  later`
    SELECT count(*) FROM graphile_worker.add_jobs(ARRAY(
      SELECT ROW(s.name, s.payload, NULL, s."runAt", NULL, s.key, NULL, NULL)::graphile_worker.job_spec
      FROM jsonb_to_recordset(${JSON.stringify(specs)}::jsonb) AS s(name text, payload json, "runAt" timestamptz, key text)
      ORDER BY s.key))`;
}
