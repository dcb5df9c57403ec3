import { property, sqlState } from './sql-state.js';

/** Classes of SQLSTATE that blame the statement or what is stored: it fails whenever it is tried. */
const STATEMENT_AT_FAULT = /^(0A|2[0-3]|42)/;

/** What Prisma's adapter makes of a socket's errors. */
const CONNECTION_KINDS = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TlsConnectionError']);
/** A transaction, or a connection for it, was not to be had in time. */
const TOO_LATE = new Set(['P2024', 'P2028']);
/** What node-postgres has neither a class nor a code for. */
const CONNECTION_MESSAGES =
  /^(Connection terminated|Client was closed|Client has encountered a connection error|Query read timeout|timeout exceeded when trying to connect|Cannot use a pool)/;

/** Whether the database was away or too busy, so that the same may succeed later, and nobody's data or code is to blame. */
export function isOutage(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return !STATEMENT_AT_FAULT.test(state);
  const kind = property(property(property(property(error, 'meta'), 'driverAdapterError'), 'cause'), 'kind');
  if (CONNECTION_KINDS.has(String(kind)) || TOO_LATE.has(String(property(error, 'code')))) return true;
  // The network's own errors name the call of the system.
  if (property(error, 'syscall') !== undefined) return true;
  return error instanceof Error && CONNECTION_MESSAGES.test(error.message);
}
