import pg from 'pg';
import { property, sqlState } from './sql-state.js';

/** Classes of SQLSTATE for which the statement or the stored data is at fault, so that retrying does not help. */
const STATEMENT_AT_FAULT = /^(0A|2[0-3]|42)/;

/** The kinds of error into which Prisma's adapter turns socket errors. */
const CONNECTION_KINDS = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TlsConnectionError']);
/** A connection or transaction could not be obtained in time. */
const TOO_LATE = new Set(['P2024', 'P2028']);

/** A transaction has taken too long, and must not be continued. */
export class LateTransactionError extends Error {
  constructor() {
    super('The transaction has taken too long.');
  }
}

/** A new connection leads to a standby, or to a database or role that only reads. */
export class ReadOnlyDatabaseError extends Error {
  constructor() {
    super('The database is read-only.');
  }
}

/** A pooler lends sessions that lack settings on which the code relies. The message says what to set. */
export class UnsettledPoolerError extends Error {
  constructor(names: string[], connectQuery: string) {
    super(
      `The pooler does not set ${names.join(', ')} as Parley needs it: add connect_query='${connectQuery}' to the database in [databases] of pgbouncer.ini, and have PgBouncer RELOAD`,
    );
  }
}

/** Errors for which node-postgres has neither a class nor a code. */
const CONNECTION_MESSAGES =
  /^(Connection terminated|Client was closed|Client has encountered a connection error|Query read timeout|timeout exceeded when trying to connect|Cannot use a pool|The database is read-only|The pooler does not set)/;

/** Classes and codes of SQLSTATE by which PostgreSQL says that it is away, a standby, too busy, or held up by other transactions. */
const BUSY_OR_AWAY = /^(08|25006|25P0[34]|28|3D|40|53|55|57P|58)/;
/** Of errors of the network; those of files name a system call too. */
const NETWORK_CODES = /^(E(CONN|HOST|NET)\w+|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND)$/;

/**
 * Whether an error means that the database was unreachable or too busy, so that the same statement may succeed later.
 * In case of doubt it does, because the caller retries.
 */
export function isOutage(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return !STATEMENT_AT_FAULT.test(state);
  // Network errors name the system call.
  return isConnectionFailure(error) || property(error, 'syscall') !== undefined;
}

/**
 * Whether an error certainly means that the database was unreachable or too busy, so that it is no fault that somebody
 * has to look for.
 */
export function isUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined && BUSY_OR_AWAY.test(state)) return true;
  return isConnectionFailure(error) || NETWORK_CODES.test(String(property(error, 'code')));
}

/** PostgreSQL closes the connection after these errors; after 25006 it has become a standby, or read-only. */
const ENDS_CONNECTION = /^(08|25006|57P)/;

/** Whether the connection of a failed statement can be used again. */
export function leavesConnectionUsable(error: unknown): boolean {
  // The driver takes a statement that it has refused itself for prepared.
  return error instanceof pg.DatabaseError && !ENDS_CONNECTION.test(error.code ?? '');
}

function isConnectionFailure(error: unknown): boolean {
  if (error instanceof LateTransactionError) return true;
  const kind = property(property(property(property(error, 'meta'), 'driverAdapterError'), 'cause'), 'kind');
  if (CONNECTION_KINDS.has(String(kind)) || TOO_LATE.has(String(property(error, 'code')))) return true;
  return error instanceof Error && CONNECTION_MESSAGES.test(error.message);
}
