import pg from 'pg';
import { noLimits, settleSession } from '../../session-settings.js';

/** Runs work on a connection of its own, without time limits, in a transaction that it begins with `begin`. */
export async function inTransaction<Result>(
  url: string,
  begin: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url, application_name: 'parley-backup' });
  // A broken connection shows in the statement that fails on it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await settleSession(client, noLimits);
    await client.query(begin);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } finally {
    await client.end().catch(() => undefined);
  }
}
