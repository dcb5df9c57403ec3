import type { Database } from '../db/client.js';

type JobCount = { job: string; state: string; count: number };

/** Beyond this the exact number does not matter. */
const MAX_COUNTED = 100_000;

/** The number of jobs by name and state. Counts at most 100 000 jobs, so that a scrape stays cheap. */
export async function countJobs({ read }: Pick<Database, 'read'>): Promise<JobCount[]> {
  return read<JobCount>`
    SELECT task_identifier AS job, state, count(*)::int AS count FROM (
      SELECT task_identifier,
             CASE WHEN locked_at IS NOT NULL THEN 'running' WHEN attempts >= max_attempts THEN 'failed'
                  WHEN run_at > now() THEN 'scheduled' ELSE 'waiting' END AS state
      FROM graphile_worker.jobs LIMIT ${MAX_COUNTED}
    ) j GROUP BY 1, 2`;
}
