import type { Client } from 'pg';

/** Makes PostgreSQL notice within about 10 seconds, rather than hours, that the machine of a client is gone. */
export async function noticeSilentPeers(client: Client): Promise<void> {
  await client.query('SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3');
}

/** Marks a job runner as alive for as long as the connection lasts. */
export async function holdPool(client: Client, id: string): Promise<void> {
  // Lock first: a row without its lock is taken for a dead runner.
  await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [id]);
  await client.query('INSERT INTO "WorkerPool" (id, "startedAt") VALUES ($1, now()) ON CONFLICT DO NOTHING', [id]);
}

/** Frees the jobs of runners whose process is gone. Returns the number of those runners. */
export async function takeOverFromDeadPools(client: Client, own: string[]): Promise<number> {
  const { rows } = await client.query<{ dead: number }>(
    `WITH dead AS (
       DELETE FROM "WorkerPool" WHERE id <> ALL($1) AND pg_try_advisory_xact_lock(hashtextextended(id, 0)) RETURNING id
     )
     SELECT count(*)::int AS dead, graphile_worker.force_unlock_workers(array_agg(id)) FROM dead HAVING count(*) > 0`,
    [own],
  );
  return rows[0]?.dead ?? 0;
}

/** Frees the remaining jobs of runners of this connection that have ended. */
export async function forgetPools(client: Client, ids: string[]): Promise<void> {
  await client.query(
    `WITH own AS (DELETE FROM "WorkerPool" WHERE id = ANY($1) RETURNING id)
     SELECT graphile_worker.force_unlock_workers(array_agg(id)) FROM own HAVING count(*) > 0`,
    [ids],
  );
  await client.query('SELECT pg_advisory_unlock(hashtextextended(id, 0)) FROM unnest($1::text[]) AS id', [ids]);
}
