import type { ClientBase } from 'pg';
import { HostClient } from './hosts.js';
import { ReadOnlyDatabaseError, UnsettledPoolerError } from './outage.js';
import { resultOf } from './send-statement.js';

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

/** Whether a session must be able to write, or only reads, as on a standby. */
export type Access = 'read-write' | 'read-only';

export const noLimits: SessionLimits = { statementMs: 0, lockMs: 0, idleInTransactionMs: 0 };

/** Of the connections that requests and actions use. */
export const REQUEST_LIMITS: SessionLimits = { statementMs: 30_000, lockMs: 15_000, idleInTransactionMs: 60_000 };

function settingsFor(limits: SessionLimits): Record<string, string> {
  return {
    ...RELIED_ON,
    statement_timeout: `${limits.statementMs}ms`,
    lock_timeout: `${limits.lockMs}ms`,
    idle_in_transaction_session_timeout: `${limits.idleInTransactionMs}ms`,
  };
}

/**
 * The `connect_query` by which PgBouncer sets the sessions for requests. It has no quotes, which would have to be doubled
 * in pgbouncer.ini, and fits into the 500 bytes that PgBouncer takes.
 */
export const CONNECT_QUERY = Object.entries(settingsFor(REQUEST_LIMITS))
  .map(([name, value]) => `SET ${name}=${unquoted(value)}`)
  .join(';');

function unquoted(value: string): string {
  const plain = value.replace(', ', ',').replace(/ms$/, '');
  return plain.includes(' ') ? `"${plain}"` : plain;
}

/**
 * Sets the session of a new connection by a statement, because poolers refuse or ignore settings that are sent with the
 * connection. Throws if a setting is refused, or if the session has to write and can only read, as on a standby: nothing
 * that the server does works there, and the connection would stay when the name or the proxy leads to the primary again.
 *
 * Returns the process of PostgreSQL that serves the connection. A pooler tells its clients another number.
 */
export async function settleSession(
  client: ClientBase,
  limits: SessionLimits,
  access: Access = 'read-write',
): Promise<number> {
  const settings = settingsFor(limits);
  const { rows }: { rows: { backend: number; read_only: string }[] } = await resultOf(client, {
    text: `SELECT set_config(name, value, false), pg_backend_pid() AS backend,
       current_setting('transaction_read_only') AS read_only
     FROM unnest($1::text[], $2::text[]) AS settings(name, value)`,
    values: [Object.keys(settings), Object.values(settings)],
  });
  const [session] = rows;
  if (access === 'read-write') assertWritable(client, session?.read_only);
  return session?.backend ?? 0;
}

/**
 * Makes sure that a pooler has set the session for requests. Where it lends a session for one transaction at a time, a
 * client cannot: what it sets would be gone, or be somebody else's, with its next transaction.
 * @throws {UnsettledPoolerError} if a setting is another one
 * @throws {ReadOnlyDatabaseError} if the session can only read
 */
export async function assertSettled(client: ClientBase): Promise<void> {
  const settings = settingsFor(REQUEST_LIMITS);
  // Set for this statement, a value reads as it does in a session that has it.
  const { rows }: { rows: { others: string[]; read_only: string }[] } = await resultOf(client, {
    text: `WITH session AS MATERIALIZED (
       SELECT name, value, current_setting(name, true) AS current
       FROM unnest($1::text[], $2::text[]) AS wanted(name, value)
     )
     SELECT ARRAY(SELECT name FROM session WHERE current IS DISTINCT FROM set_config(name, value, true)) AS others,
       current_setting('transaction_read_only') AS read_only`,
    values: [Object.keys(settings), Object.values(settings)],
  });
  const [session] = rows;
  assertWritable(client, session?.read_only);
  if (session && session.others.length > 0) throw new UnsettledPoolerError(session.others, CONNECT_QUERY);
}

function assertWritable(client: ClientBase, readOnly: string | undefined): void {
  if (readOnly === 'off') return;
  if (client instanceof HostClient) client.leaveHost();
  throw new ReadOnlyDatabaseError();
}
