import { property, sqlState } from './sql-state.js';

/** Classes of SQLSTATE for which the statement or the stored data is at fault, so that retrying does not help. */
const STATEMENT_AT_FAULT = /^(0A|2[0-3]|42)/;

/** The kinds of error into which Prisma's adapter turns socket errors. */
const CONNECTION_KINDS = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TlsConnectionError']);
/** A connection or transaction could not be obtained in time. */
const TOO_LATE = new Set(['P2024', 'P2028']);
/** Errors for which node-postgres has neither a class nor a code. */
const CONNECTION_MESSAGES =
  /^(Connection terminated|Client was closed|Client has encountered a connection error|Query read timeout|timeout exceeded when trying to connect|Cannot use a pool)/;

/**
 * Whether an error means that the database was unreachable or too busy, so that the same statement may succeed later.
 */
export function isOutage(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return !STATEMENT_AT_FAULT.test(state);
  const kind = property(property(property(property(error, 'meta'), 'driverAdapterError'), 'cause'), 'kind');
  if (CONNECTION_KINDS.has(String(kind)) || TOO_LATE.has(String(property(error, 'code')))) return true;
  // Network errors name the system call.
  if (property(error, 'syscall') !== undefined) return true;
  return error instanceof Error && CONNECTION_MESSAGES.test(error.message);
}
