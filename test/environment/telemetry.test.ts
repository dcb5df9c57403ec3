import { expect, it } from 'vitest';
import { loadConfig } from '../../src/config.js';

it('traces go nowhere unless an exporter or an endpoint is set', () => {
  const destination = (env: NodeJS.ProcessEnv) => loadConfig(env).spanDestination;
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
  expect(destination({ OTEL_SERVICE_NAME: 'chat' })).toBeUndefined();
  expect(destination(endpoint)).toBe('http/protobuf');
  expect(destination({ OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' })).toBe('http/json');
  expect(destination({ OTEL_TRACES_EXPORTER: 'console' })).toBe('console');
  expect(destination({ ...endpoint, OTEL_TRACES_EXPORTER: 'none' })).toBeUndefined();
  expect(destination({ ...endpoint, OTEL_SDK_DISABLED: 'TRUE' })).toBeUndefined();
});

it('metrics are only served unless an exporter or an endpoint is set', () => {
  const sent = (env: NodeJS.ProcessEnv) => loadConfig(env).metricExport;
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
  expect(sent({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces' })).toBeUndefined();
  expect(sent({ ...endpoint, OTEL_METRICS_EXPORTER: 'none' })).toBeUndefined();
  expect(sent({ ...endpoint, OTEL_SDK_DISABLED: 'true' })).toBeUndefined();
  expect(sent({ OTEL_METRICS_EXPORTER: 'console' })).toMatchObject({ destination: 'console' });
  expect(sent({ ...endpoint, OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json' })).toEqual({
    destination: 'http/json',
    intervalMs: 60_000,
    timeoutMs: 30_000,
  });
  // An export that takes longer would delay the next one.
  expect(sent({ ...endpoint, OTEL_METRIC_EXPORT_INTERVAL: '5000' })).toMatchObject({
    destination: 'http/protobuf',
    timeoutMs: 5_000,
  });
});

it('a way to send traces that is not supported is refused, and no endpoint with a password is shown', () => {
  expect(() => loadConfig({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toThrow(
    'OTEL_EXPORTER_OTLP_PROTOCOL is "grpc": it takes http/protobuf or http/json',
  );
  expect(() => loadConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://me:hidden@collector' })).toThrow(
    'OTEL_EXPORTER_OTLP_ENDPOINT is wrong: it takes an http or https URL such as http://collector:4318',
  );
});
