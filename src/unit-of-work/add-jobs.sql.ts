import type { SqlClient } from '../db/client.js';

/** A job to be done later by a worker, at least once. */
export type NewJob = {
  /** The name of the job, as its definition has it. */
  name: string;
  /** What the job's definition takes; it goes into the database as JSON. */
  payload: object;
  /** Left out: at once. */
  runAt?: Date;
  /** There is at most one job of a key that has not begun: a later one takes its place. */
  key?: string;
};

/**
 * Adds jobs within a transaction, in one statement. At commit PostgreSQL takes a lock of the whole cluster for the
 * notification that goes with it, so actions add only what cannot be found out otherwise: timers.
 */
export async function addJobs(tx: SqlClient, jobs: readonly NewJob[]): Promise<void> {
  if (jobs.length === 0) return;
  const lastOfKey = new Map(jobs.map((job, index) => [job.key ?? index, job]));
  const specs = [...lastOfKey.values()].map(({ name, payload, runAt, key }) => ({ name, payload, runAt, key }));
  // In the order of their keys, so that two transactions never wait for each other.
  await tx.$executeRaw`
    SELECT count(*) FROM graphile_worker.add_jobs(ARRAY(
      SELECT ROW(s.name, s.payload, NULL, s."runAt", NULL, s.key, NULL, NULL)::graphile_worker.job_spec
      FROM jsonb_to_recordset(${JSON.stringify(specs)}::jsonb) AS s(name text, payload json, "runAt" timestamptz, key text)
      ORDER BY s.key))`;
}
