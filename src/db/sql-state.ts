import pg from 'pg';
import { messageOf } from '../lib/error-info.js';

/** A property of a value; undefined if it is not an object or has no such property. */
export function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** The SQLSTATE of a failed statement, such as 40P01; undefined for other errors. */
export function sqlState(error: unknown): string | undefined {
  if (error instanceof pg.DatabaseError) return error.code;
  const cause = property(property(property(error, 'meta'), 'driverAdapterError'), 'cause') ?? property(error, 'cause');
  const code = property(cause, 'originalCode') ?? property(cause, 'code');
  if (typeof code === 'string') return code;
  return property(error, 'code') === 'P2034' ? '40001' : undefined;
}

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';

/** Whether the same transaction may succeed if it is retried. */
export function isRetryable(error: unknown): boolean {
  const state = sqlState(error);
  return state === SERIALIZATION_FAILURE || state === DEADLOCK || isStalePlan(error);
}

const FEATURE_NOT_SUPPORTED = '0A000';
const STALE_PLAN = /cached plan must not change result type/;

/**
 * Whether a prepared statement was refused because it returns other columns than when it was prepared: a newer version of
 * the server has migrated the database meanwhile.
 */
export function isStalePlan(error: unknown): boolean {
  if (sqlState(error) !== FEATURE_NOT_SUPPORTED) return false;
  // The message may be in any language, but Prisma passes on only that.
  return property(error, 'routine') === 'RevalidateCachedQuery' || STALE_PLAN.test(messageOf(error));
}

const LOCK_NOT_AVAILABLE = '55P03';

/** Whether a statement waited for a lock for longer than it may. */
export function isLockTimeout(error: unknown): boolean {
  return sqlState(error) === LOCK_NOT_AVAILABLE;
}

const IN_FAILED_TRANSACTION = '25P02';

/** Whether a statement was refused because one before it in the transaction had failed. */
export function followsFailure(error: unknown): boolean {
  return sqlState(error) === IN_FAILED_TRANSACTION;
}

const TOO_MANY_CONNECTIONS = '53300';

/** By which PgBouncer says so, under a code for anything. */
const TOO_MANY_CLIENTS = /max_client_conn/;

/** Whether a connection was refused because the server, the database, the role or the pooler has as many as it may. */
export function isOutOfConnections(error: unknown): boolean {
  return sqlState(error) === TOO_MANY_CONNECTIONS || TOO_MANY_CLIENTS.test(messageOf(error));
}

/** Whether a unique index rejected a row. */
export function isUniqueViolation(error: unknown): boolean {
  return sqlState(error) === '23505' || property(error, 'code') === 'P2002';
}

const QUERY_CANCELED = '57014';

/** Whether a statement exceeded the statement timeout of the database. */
export function isTimeout(error: unknown): boolean {
  return sqlState(error) === QUERY_CANCELED;
}
