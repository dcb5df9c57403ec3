import { z } from 'zod';
import { isWebUrl } from '../lib/urls.js';
import { facts } from './variable.js';

// Made anew for each variable, because what is said of one is kept by its schema.
const endpoint = () => z.string().refine(isWebUrl).optional();
const protocol = () => z.enum(['http/protobuf', 'http/json']).optional();
const A_PROTOCOL = 'http/protobuf or http/json';

/**
 * The variables of OpenTelemetry that decide whether anything of it is loaded. Its SDK reads these and all others itself,
 * so their names and values are the usual ones.
 */
export const telemetryVariables = {
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'console', 'none']).optional().register(facts, {
    purpose: 'Where [traces](operations.md#traces) go.',
    takes: 'otlp, console or none',
    unset: '`otlp` if there is an endpoint, otherwise `none`',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint().register(facts, {
    purpose: 'OpenTelemetry collector that gets [traces](operations.md#traces), at `/v1/traces` below it.',
    takes: 'an http or https URL such as http://collector:4318',
    unset: 'none; with `OTEL_TRACES_EXPORTER=otlp` it is `http://localhost:4318`',
  }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint().register(facts, {
    purpose: 'As the one before, but as it is.',
    takes: 'an http or https URL such as http://collector:4318/v1/traces',
    unset: '',
  }),
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol().register(facts, {
    purpose: 'How they are sent.',
    takes: A_PROTOCOL,
    unset: '`http/protobuf`',
  }),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol().register(facts, {
    purpose: 'As the one before, for traces alone.',
    takes: A_PROTOCOL,
    unset: '',
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

/** Where spans go; undefined if nothing is traced. */
export function spanDestinationOf(
  variables: TelemetryVariables,
): 'console' | 'http/protobuf' | 'http/json' | undefined {
  const endpoint = variables.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? variables.OTEL_EXPORTER_OTLP_ENDPOINT;
  const exporter = variables.OTEL_TRACES_EXPORTER ?? (endpoint === undefined ? 'none' : 'otlp');
  if (variables.OTEL_SDK_DISABLED || exporter === 'none') return undefined;
  if (exporter === 'console') return 'console';
  return variables.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? variables.OTEL_EXPORTER_OTLP_PROTOCOL ?? 'http/protobuf';
}
