import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

const PATIENCE_MS = 1_000;
const POLL_MS = 20;
const OTHERS = `SELECT count(*)::int AS count FROM pg_stat_activity
  WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`;

/**
 * Waits until the given connection is the only one, for at most one second: connections of a closed pool may still be
 * closing, and a command on the same database may be about to finish.
 */
export async function otherConnectionsClosed(client: pg.Client): Promise<void> {
  const giveUp = Date.now() + PATIENCE_MS;
  try {
    while (Date.now() < giveUp) {
      const { rows } = await client.query<{ count: number }>(OTHERS);
      if (rows[0]?.count === 0) return;
      await sleep(POLL_MS);
    }
  } catch {
    // PostgreSQL has stopped, so there are no connections.
  }
}
