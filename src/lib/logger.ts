import { type Logger, pino } from 'pino';
import { errorCode, messageOf } from './error-info.js';
import type { Span } from './tracing.js';

/** Keys, tokens and passwords, which messages and stacks of other people's code may quote. */
const SECRETS =
  /(?<=parley_sk_)[\w-]+|(?<=whsec_)[\w+/=-]+|(?<=:\/\/)[^\s/@]+(?=@)|(?<=Bearer )\S+|\beyJ[\w-]+\.[\w-]+\.[\w-]+/gi;
const REDACTED = '[redacted]';

/** Properties whose values are never logged. */
const secretNames = ['authorization', 'apiKey', 'password', 'secret', 'token', 'variables'];

/** SQLSTATEs (https://www.postgresql.org/docs/current/errcodes-appendix.html) whose messages quote the values of a statement. */
const QUOTES_VALUES = /\b(?:22[\dA-Z]{3}|42601)\b/;
const QUOTED = /".*"/gs;

function redact(text: string | undefined, quotesValues: boolean): string | undefined {
  const withoutSecrets = text?.replace(SECRETS, REDACTED);
  return quotesValues ? withoutSecrets?.replace(QUOTED, REDACTED) : withoutSecrets;
}

/**
 * What the log contains about an error. Other properties are left out: errors of the drivers contain the arguments of
 * the statement, whole rows (PostgreSQL's DETAIL) and connections with their passwords. So is the stack of those that are
 * expected, which are no fault in the code.
 */
export function describeError(error: unknown, isExpected: (error: unknown) => boolean = () => false): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  const { stack, cause } = error;
  const because = cause instanceof Error ? { cause: describeError(cause, isExpected) } : {};
  const code = errorCode(error);
  const quotesValues = QUOTES_VALUES.test(`${code} ${error.message}`);
  const message = redact(messageOf(error), quotesValues);
  const where = isExpected(error) ? {} : { stack: redact(stack, quotesValues) };
  return { type: error.constructor.name, message, code, ...where, ...because };
}

/** What the log contains about an error whose place in the code does not matter. */
export function reasonOf(error: unknown): string | undefined {
  return redact(messageOf(error), true);
}

/**
 * Creates the log of the process: JSON lines on standard error, which name the span that they belong to. Errors that are
 * expected are logged without their stack.
 */
export function createLog(
  level: string,
  isExpected?: (error: unknown) => boolean,
  currentSpan: () => Span | null = () => null,
): Logger {
  const destination = pino.destination({ dest: 2, sync: true });
  const paths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const options = {
    name: 'parley',
    level,
    serializers: { err: (error: unknown) => describeError(error, isExpected) },
    mixin: () => currentSpan()?.ids ?? {},
    redact: { paths, censor: REDACTED },
  };
  return pino(options, destination);
}
