import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { errorCode, messageOf } from '../../lib/error-info.js';
import { tryPort } from '../../lib/port.js';
import { StartError } from '../../lib/program.js';
import { findPostmaster } from './postmaster.js';

/**
 * Makes sure that PostgreSQL can have the port that it is given, unless it is running on the data already.
 * @throws {StartError} if another program has it, or this user may not use it
 */
export async function expectFreePort(dataDir: string, port: number): Promise<void> {
  const home = await realpath(path.join(dataDir, 'postgres')).catch(() => undefined);
  if (home && (await findPostmaster(path.join(home, 'data')))) return;
  const error = await tryPort('127.0.0.1', port);
  if (!error) return;
  const what =
    errorCode(error) === 'EADDRINUSE'
      ? 'is taken by another program: stop that program, or'
      : `cannot be used (${messageOf(error)}):`;
  throw new StartError(`EMBEDDED_PORT ${port} ${what} set EMBEDDED_PORT to a free port`, { cause: error });
}
