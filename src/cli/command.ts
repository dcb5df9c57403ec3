import { pino } from 'pino';
import type { Config } from '../config.js';
import { useEmbeddedDatabase } from '../db/embedded.js';
import { messageOf } from '../lib/error-info.js';
import { StartError } from '../lib/program.js';

/** Returns what `parse` returns. An invalid option becomes a one-line error that ends with the usage. */
export function parseOrExplain<Result>(usage: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    throw usageError(messageOf(error), usage);
  }
}

/** The error for a command that was called with wrong arguments. */
export function usageError(complaint: string, usage: string): StartError {
  return new StartError(`${complaint.replace(/ To specify .*/s, '')} Usage: ${usage}`);
}

/** Tells the operator what a command waits for. */
export function onWait(message: string): void {
  process.stderr.write(`${message}\n`);
}

/**
 * Runs `work` on the configured database. An embedded database is shared with a running server, or else started for the
 * duration of the work. Log lines go to standard error, so that standard output contains only the command's own output.
 */
export async function withDatabase<Result>(
  { database, logLevel }: Pick<Config, 'database' | 'logLevel'>,
  work: (url: string) => Promise<Result>,
): Promise<Result> {
  if (database.kind === 'external') return work(database.url);
  const log = pino({ level: logLevel === 'info' ? 'warn' : logLevel }, pino.destination(2));
  const embedded = await useEmbeddedDatabase({ ...database, log });
  try {
    return await work(embedded.url);
  } finally {
    await embedded.stop();
  }
}
