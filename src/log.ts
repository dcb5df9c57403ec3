import { type Logger, pino } from 'pino';
import { codeOf, messageOf } from './start-error.js';

/**
 * What a log may say of an error. Its other properties are left out: the drivers' errors hold the arguments of the
 * statement, whole rows (PostgreSQL's DETAIL) and connections with their passwords.
 */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  const { stack, cause } = error;
  const because = cause instanceof Error ? { cause: describeError(cause) } : {};
  return { type: error.constructor.name, message: messageOf(error), code: codeOf(error), stack, ...because };
}

/** The log of the process: JSON lines on the standard error output. */
export function createLog(level: string): Logger {
  const destination = pino.destination({ dest: 2, sync: true });
  return pino({ name: 'parley', level, serializers: { err: describeError } }, destination);
}
