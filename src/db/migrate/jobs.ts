import { Logger, runMigrations } from 'graphile-worker';
import pg from 'pg';
import { noLimits, settling } from '../session-settings.js';

const silent = new Logger(() => () => undefined);

/** Brings Graphile Worker's schema to the version that we run: also in processes that only add jobs. */
export async function migrateJobs(url: string): Promise<void> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 1,
    application_name: 'parley-migrate',
    verify: settling(noLimits),
  });
  // What it was doing fails too, and says so.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  try {
    await runMigrations({ pgPool: pool, schema: 'graphile_worker', logger: silent });
  } finally {
    await pool.end();
  }
}
