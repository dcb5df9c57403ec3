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

/** Errors for which node-postgres has neither a class nor a code. */
const CONNECTION_MESSAGES =
  /^(Connection terminated|Client was closed|Client has encountered a connection error|Query read timeout|timeout exceeded when trying to connect|Cannot use a pool)/;

/** Classes and codes of SQLSTATE by which PostgreSQL says that it is away, too busy, or held up by other transactions. */
const BUSY_OR_AWAY = /^(08|25P0[34]|28|3D|40|53|55|57P|58)/;
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

function isConnectionFailure(error: unknown): boolean {
  if (error instanceof LateTransactionError) return true;
  const kind = property(property(property(property(error, 'meta'), 'driverAdapterError'), 'cause'), 'kind');
  if (CONNECTION_KINDS.has(String(kind)) || TOO_LATE.has(String(property(error, 'code')))) return true;
  return error instanceof Error && CONNECTION_MESSAGES.test(error.message);
}
