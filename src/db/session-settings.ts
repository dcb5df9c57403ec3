import type { ClientBase } from 'pg';
import { HostClient } from './hosts.js';
import { ReadOnlyDatabaseError } from './outage.js';

/**
 * Settings that the code relies on, whatever the cluster, the database, the role or a pooler sets. Times must be read and
 * written in UTC: the driver sends a Date without its offset, and ignores the offset of times that it reads.
 */
const RELIED_ON = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  bytea_output: 'hex',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  // The schema that Prisma and the migrations name.
  search_path: 'public',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  gin_fuzzy_search_limit: '0',
  // How similar names must be to be found; the default of pg_trgm.
  'pg_trgm.word_similarity_threshold': '0.6',
  array_nulls: 'on',
  transform_null_equals: 'off',
};

/** The timeouts of a session in milliseconds; 0 sets none. */
export type SessionLimits = { statementMs: number; lockMs: number; idleInTransactionMs: number };

export const noLimits: SessionLimits = { statementMs: 0, lockMs: 0, idleInTransactionMs: 0 };

/**
 * Sets the session of a new connection by a statement, because poolers refuse or ignore settings that are sent with the
 * connection. Throws if a setting is refused, or if the session can only read, as on a standby: nothing that the server
 * does works there, and the connection would stay when the name or the proxy leads to the primary again.
 *
 * Returns the process of PostgreSQL that serves the connection. A pooler tells its clients another number.
 */
export async function settleSession(client: ClientBase, limits: SessionLimits): Promise<number> {
  const settings = {
    ...RELIED_ON,
    statement_timeout: `${limits.statementMs}ms`,
    lock_timeout: `${limits.lockMs}ms`,
    idle_in_transaction_session_timeout: `${limits.idleInTransactionMs}ms`,
  };
  const { rows } = await client.query<{ backend: number; read_only: string }>(
    `SELECT set_config(name, value, false), pg_backend_pid() AS backend,
       current_setting('transaction_read_only') AS read_only
     FROM unnest($1::text[], $2::text[]) AS settings(name, value)`,
    [Object.keys(settings), Object.values(settings)],
  );
  const [session] = rows;
  if (session?.read_only !== 'off') {
    if (client instanceof HostClient) client.leaveHost();
    throw new ReadOnlyDatabaseError();
  }
  return session.backend;
}
