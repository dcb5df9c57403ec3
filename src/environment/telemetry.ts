import { z } from 'zod';
import { isWebUrl } from '../lib/urls.js';
import { facts, wholeNumber } from './variable.js';

// Made anew for each variable, because what is said of one is kept by its schema.
const endpoint = () => z.string().refine(isWebUrl).optional();
const protocol = () => z.enum(['http/protobuf', 'http/json']).optional();
const exporter = () => z.enum(['otlp', 'console', 'none']).optional();
const AN_EXPORTER = 'otlp, console or none';
const UNSET_EXPORTER = '`otlp` if there is an endpoint, otherwise `none`';
const A_PROTOCOL = 'http/protobuf or http/json';

/**
 * The variables of OpenTelemetry that decide whether anything of it is loaded, and when it sends metrics. Its SDK reads
 * all others itself, so the names and values of these are the usual ones too.
 */
export const telemetryVariables = {
  OTEL_TRACES_EXPORTER: exporter().register(facts, {
    purpose: 'Where [traces](operations.md#traces) go.',
    takes: AN_EXPORTER,
    unset: UNSET_EXPORTER,
  }),
  OTEL_METRICS_EXPORTER: exporter().register(facts, {
    purpose: 'Where [metrics are sent](operations.md#metrics-over-otlp), besides being served at `/metrics`.',
    takes: AN_EXPORTER,
    unset: UNSET_EXPORTER,
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint().register(facts, {
    purpose: 'OpenTelemetry collector that gets both, at `/v1/traces` and `/v1/metrics` below it.',
    takes: 'an http or https URL such as http://collector:4318',
    unset: 'none; with the exporter `otlp` it is `http://localhost:4318`',
  }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint().register(facts, {
    purpose: 'Where traces alone are sent: exactly this URL.',
    takes: 'an http or https URL such as http://collector:4318/v1/traces',
    unset: '',
  }),
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: endpoint().register(facts, {
    purpose: 'Where metrics alone are sent: exactly this URL.',
    takes: 'an http or https URL such as http://collector:4318/v1/metrics',
    unset: '',
  }),
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol().register(facts, {
    purpose: 'How both are sent.',
    takes: A_PROTOCOL,
    unset: '`http/protobuf`',
  }),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol().register(facts, {
    purpose: 'How traces are sent.',
    takes: A_PROTOCOL,
    unset: '`OTEL_EXPORTER_OTLP_PROTOCOL`',
  }),
  OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: protocol().register(facts, {
    purpose: 'How metrics are sent.',
    takes: A_PROTOCOL,
    unset: '`OTEL_EXPORTER_OTLP_PROTOCOL`',
  }),
  OTEL_METRIC_EXPORT_INTERVAL: wholeNumber(1, 86_400_000).default(60_000).register(facts, {
    purpose: 'How many milliseconds lie between two exports of metrics.',
    takes: 'a whole number from 1 to 86400000',
  }),
  OTEL_METRIC_EXPORT_TIMEOUT: wholeNumber(1, 86_400_000).default(30_000).register(facts, {
    purpose: 'How many milliseconds one may take; never more than lie between two.',
    takes: 'a whole number from 1 to 86400000',
  }),
  OTEL_SDK_DISABLED: z
    .string()
    .transform((value) => value.toLowerCase() === 'true')
    .default(false)
    .register(facts, {
      purpose: 'Turns OpenTelemetry off, whatever else is set.',
      takes: 'true or false',
      unset: '`false`',
    }),
};

type TelemetryVariables = z.infer<z.ZodObject<typeof telemetryVariables>>;

type Destination = 'console' | 'http/protobuf' | 'http/json';

/** Where spans go; undefined if nothing is traced. */
export function spanDestinationOf(variables: TelemetryVariables): Destination | undefined {
  return destinationOf(variables, {
    exporter: variables.OTEL_TRACES_EXPORTER,
    endpoint: variables.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
    protocol: variables.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL,
  });
}

/** Where metrics are sent to, and when; undefined if they are not. */
export function metricExportOf(
  variables: TelemetryVariables,
): { destination: Destination; intervalMs: number; timeoutMs: number } | undefined {
  const destination = destinationOf(variables, {
    exporter: variables.OTEL_METRICS_EXPORTER,
    endpoint: variables.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT,
    protocol: variables.OTEL_EXPORTER_OTLP_METRICS_PROTOCOL,
  });
  const intervalMs = variables.OTEL_METRIC_EXPORT_INTERVAL;
  const timeoutMs = Math.min(variables.OTEL_METRIC_EXPORT_TIMEOUT, intervalMs);
  return destination && { destination, intervalMs, timeoutMs };
}

/** What the variables of one signal say. */
type Signal = {
  exporter: 'otlp' | 'console' | 'none' | undefined;
  endpoint: string | undefined;
  protocol: 'http/protobuf' | 'http/json' | undefined;
};

function destinationOf(variables: TelemetryVariables, signal: Signal): Destination | undefined {
  const endpoint = signal.endpoint ?? variables.OTEL_EXPORTER_OTLP_ENDPOINT;
  const exporter = signal.exporter ?? (endpoint === undefined ? 'none' : 'otlp');
  if (variables.OTEL_SDK_DISABLED || exporter === 'none') return undefined;
  if (exporter === 'console') return 'console';
  return signal.protocol ?? variables.OTEL_EXPORTER_OTLP_PROTOCOL ?? 'http/protobuf';
}
