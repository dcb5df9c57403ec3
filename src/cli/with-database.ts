import { pino } from 'pino';
import type { Config } from '../config.js';
import { useEmbeddedDatabase } from '../db/embedded.js';

/**
 * Does `work` on the configured database. The embedded one is shared with a running server, or else runs for as long as
 * the work does. What is logged goes to standard error, which leaves standard output to the command's answer.
 */
export async function withDatabase<Result>(
  { database, logLevel }: Pick<Config, 'database' | 'logLevel'>,
  work: (url: string) => Promise<Result>,
): Promise<Result> {
  if (database.kind === 'external') return work(database.url);
  const log = pino({ level: logLevel === 'info' ? 'warn' : logLevel }, pino.destination(2));
  const embedded = await useEmbeddedDatabase({ dataDir: database.dataDir, log });
  try {
    return await work(embedded.url);
  } finally {
    await embedded.stop();
  }
}
