import { Logger as GraphileLogger } from 'graphile-worker';
import type { Logger } from 'pino';

/** Every job that begins and ends is news only to whoever looks for a fault. */
const levels: Record<string, 'error' | 'warn' | 'debug' | 'trace'> = {
  error: 'error',
  warning: 'warn',
  info: 'debug',
  debug: 'trace',
};

/** Graphile Worker's messages in the process' log. What goes with them is left out: it holds the payloads of jobs. */
export function graphileLogger(log: Logger): GraphileLogger {
  return new GraphileLogger(() => (level, message, meta) => {
    // Whoever runs the job says so, with the error as the log shows errors.
    if (meta?.failure) return;
    log[levels[level] ?? 'warn'](`Jobs: ${message}`);
  });
}
