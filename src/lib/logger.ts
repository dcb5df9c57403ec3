import { type Logger, pino } from 'pino';
import { errorCode, messageOf } from './error-info.js';

/** Keys, tokens and passwords, as a text of somebody else's making may quote them. */
const SECRETS =
  /(?<=parley_sk_)[\w-]+|(?<=whsec_)[\w+/=-]+|(?<=:\/\/)[^\s/@]+(?=@)|(?<=Bearer )\S+|\beyJ[\w-]+\.[\w-]+\.[\w-]+/gi;
const REDACTED = '[redacted]';

/** Names under which no line shows anything, wherever they come from. */
const secretNames = ['authorization', 'apiKey', 'password', 'secret', 'token', 'variables'];

function redact(text: string | undefined): string | undefined {
  return text?.replace(SECRETS, REDACTED);
}

/**
 * What a log may say of an error. Its other properties are left out: the drivers' errors hold the arguments of the
 * statement, whole rows (PostgreSQL's DETAIL) and connections with their passwords.
 */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  const { stack, cause } = error;
  const because = cause instanceof Error ? { cause: describeError(cause) } : {};
  const message = redact(messageOf(error));
  return { type: error.constructor.name, message, code: errorCode(error), stack: redact(stack), ...because };
}

/** The log of the process: JSON lines on the standard error output. */
export function createLog(level: string): Logger {
  const destination = pino.destination({ dest: 2, sync: true });
  const paths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const options = { name: 'parley', level, serializers: { err: describeError }, redact: { paths, censor: REDACTED } };
  return pino(options, destination);
}
