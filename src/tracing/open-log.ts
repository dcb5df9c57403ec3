import type { Logger } from 'pino';
import { createLog } from '../lib/logger.js';
import { noTracing, type Tracing } from '../lib/tracing.js';
import type { SpanDestination } from './open-tracing.js';

type LogOptions = {
  level: string;
  /** Whether an error is no fault that somebody has to look for. */
  isExpected: (error: unknown) => boolean;
  version: string;
  spanDestination: SpanDestination | null | undefined;
};

/** Opens the log, whose lines name their trace, and tracing, which is not even loaded without a destination. */
export async function openLog({
  level,
  isExpected,
  version,
  spanDestination,
}: LogOptions): Promise<{ log: Logger; tracing: Tracing; stop: () => Promise<void> }> {
  let current: Tracing = noTracing;
  const log = createLog(level, isExpected, () => current.current());
  if (!spanDestination) return { log, tracing: current, stop: async () => undefined };
  const { openTracing } = await import('./open-tracing.js');
  const tracing = await openTracing(spanDestination, { version, log });
  current = tracing;
  return { log, tracing, stop: tracing.stop };
}
