import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { StartError } from '../lib/program.js';
import { hostsOf } from '../lib/urls.js';
import { clientOf, type HostClient } from './hosts.js';
import { connectForMigration, reason, where } from './migrate/connect.js';
import { assertMayServe } from './migrate/rights.js';
import { ReadOnlyDatabaseError, UnsettledPoolerError } from './outage.js';
import { assertSettled } from './session-settings.js';

const CONNECT_MS = 10_000;

/**
 * Makes sure that requests can go through a pooler: that it leads to the same database, sets what the code relies on, and
 * connects as a role that may serve.
 * @throws {StartError} with what to do
 */
export async function assertPoolerFits({ url, poolUrl }: { url: string; poolUrl: string }): Promise<void> {
  const direct = await connectForMigration(url);
  try {
    const client = await connectToPooler(poolUrl);
    try {
      if (!(await isSameDatabase(direct, client))) {
        throw new StartError(
          `DATABASE_POOL_URL: ${where(poolUrl)} is not the database of DATABASE_URL, ${where(url)}: both must lead to the same one`,
        );
      }
      await assertMayServe(client, 'DATABASE_POOL_URL');
    } finally {
      await client.end().catch(() => undefined);
    }
  } finally {
    await direct.end().catch(() => undefined);
  }
}

async function connectToPooler(url: string): Promise<HostClient> {
  const Client = clientOf(url);
  for (let others = (hostsOf(url)?.length ?? 1) - 1; ; others -= 1) {
    const client = new Client({
      application_name: 'parley',
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: CONNECT_MS,
    });
    // A broken connection also fails the running statement, which reports it.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await assertSettled(client);
      // Once more, because a pooler may reset its sessions after each transaction.
      await assertSettled(client);
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (others === 0 || error instanceof UnsettledPoolerError) throw refusal(url, error);
      client.leaveHost();
    }
  }
}

function refusal(url: string, cause: unknown): StartError {
  if (cause instanceof UnsettledPoolerError) return new StartError(`DATABASE_POOL_URL: ${cause.message}`, { cause });
  if (cause instanceof ReadOnlyDatabaseError) {
    return new StartError(`DATABASE_POOL_URL: ${where(url)} is read-only: it takes a pooler in front of the primary`, {
      cause,
    });
  }
  return new StartError(`DATABASE_POOL_URL: ${where(url)} cannot be reached (${reason(cause)})`, { cause });
}

/**
 * Whether a lock that one holds is seen by the other. Nothing else tells for certain: a copy of the files has the same
 * identity.
 */
async function isSameDatabase(direct: pg.Client, pooled: pg.Client): Promise<boolean> {
  const lock = randomBytes(8).readBigInt64BE().toString();
  await direct.query('SELECT pg_advisory_lock($1)', [lock]);
  const { rows } = await pooled.query<{ free: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS free', [lock]);
  return rows[0]?.free === false;
}
