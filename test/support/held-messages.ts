import pg from 'pg';
import { onTestFinished } from 'vitest';
import { eventually } from '../live/support/listen.js';

/** Makes every statement on messages wait until the test ends, as one that takes long would. Returns how to let them go on. */
export async function holdMessages(databaseUrl: string): Promise<() => Promise<unknown>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  onTestFinished(() => client.end());
  await client.connect();
  await client.query('BEGIN');
  await client.query('LOCK TABLE "Message" IN ACCESS EXCLUSIVE MODE');
  return () => client.query('COMMIT');
}

type Rows = { rows: <Row extends object>(sql: string) => Promise<Row[]> };

/** How many statements wait for a lock. */
export async function countWaiting({ rows }: Rows): Promise<number> {
  const waiting = await rows(
    "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
  );
  return waiting.length;
}

/** Waits until so many statements wait for a lock. */
export async function untilWaiting(database: Rows, count: number): Promise<void> {
  await eventually(async () => (await countWaiting(database)) === count, `${count} statements that wait`);
}
