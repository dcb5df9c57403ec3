import type { Logger } from 'pino';
import { createLog } from '../lib/logger.js';
import { noTracing, type Tracing } from '../lib/tracing.js';
import type { MetricExport } from '../metrics/export-metrics.js';
import type { Metrics } from '../metrics/metrics.js';
import type { SpanDestination } from './open-tracing.js';

type Destinations = {
  logLevel: string;
  spanDestination: SpanDestination | undefined;
  metricExport: MetricExport | undefined;
};

type TelemetryOptions = {
  /** Whether an error is no fault that somebody has to look for. */
  isExpected: (error: unknown) => boolean;
  version: string;
  /** What is exported where metrics are. */
  metrics: Pick<Metrics, 'registry'>;
};

/**
 * Opens the log, whose lines name their trace, and tracing and the export of metrics. Nothing of OpenTelemetry's SDK is
 * even loaded unless spans or metrics have a destination.
 */
export async function openTelemetry(
  { logLevel, spanDestination, metricExport }: Destinations,
  { isExpected, version, metrics }: TelemetryOptions,
): Promise<{ log: Logger; tracing: Tracing; stop: () => Promise<unknown> }> {
  let tracing: Tracing = noTracing;
  const log = createLog(logLevel, isExpected, () => tracing.current());
  if (!spanDestination && !metricExport) return { log, tracing, stop: async () => undefined };
  const { openSdk } = await import('./open-sdk.js');
  const resource = openSdk({ version, log });
  if (spanDestination) {
    const { openTracing } = await import('./open-tracing.js');
    tracing = await openTracing(spanDestination, { version, resource });
  }
  const { stop } = tracing;
  if (!metricExport) return { log, tracing, stop };
  const { exportMetrics } = await import('../metrics/export-metrics.js');
  const exported = exportMetrics(metrics.registry, metricExport, { version, resource });
  return { log, tracing, stop: () => Promise.all([stop(), exported.stop()]) };
}
