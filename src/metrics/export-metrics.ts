import { hrTime } from '@opentelemetry/core';
import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import { convertLegacyHttpOptions, createOtlpHttpExportDelegate } from '@opentelemetry/otlp-exporter-base/node-http';
import {
  JsonMetricsSerializer,
  MetricsExporterMetricsHelper,
  ProtobufMetricsSerializer,
} from '@opentelemetry/otlp-transformer';
import type { Resource } from '@opentelemetry/resources';
import {
  ConsoleMetricExporter,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Registry } from 'prom-client';
import { processMetrics } from './metrics.js';
import { toMetricData } from './to-metric-data.js';

/** Where metrics are sent to, how often, and how long one export may take. */
export type MetricExport = {
  destination: 'console' | 'http/protobuf' | 'http/json';
  intervalMs: number;
  timeoutMs: number;
};

type SdkOptions = { version: string; resource: Resource };

/**
 * Sends what a registry and that of the process hold, again and again, and once more when it is stopped. There are no
 * instruments of OpenTelemetry: its reader is given what Prometheus would read at that time.
 */
export function exportMetrics(
  registry: Registry,
  { destination, intervalMs, timeoutMs }: MetricExport,
  { version, resource }: SdkOptions,
): { stop: () => Promise<void> } {
  const startTime = hrTime();
  const registries = [registry, processMetrics()];
  const reader = new PeriodicExportingMetricReader({
    exporter: exporterOf(destination),
    exportIntervalMillis: intervalMs,
    exportTimeoutMillis: timeoutMs,
  });
  reader.setMetricProducer({
    collect: async () => {
      const metrics = await Promise.all(registries.map((each) => toMetricData(each, startTime)));
      const scopeMetrics = [{ scope: { name: 'parley', version }, metrics: metrics.flat() }];
      return { resourceMetrics: { resource, scopeMetrics }, errors: [] };
    },
  });
  // What cannot be exported is lost, and is no reason for the process to fail; the log tells of it.
  return { stop: () => reader.shutdown().catch(() => undefined) };
}

function exporterOf(destination: MetricExport['destination']): PushMetricExporter {
  if (destination === 'console') return new ConsoleMetricExporter();
  const [serializer, contentType] =
    destination === 'http/json'
      ? [JsonMetricsSerializer, 'application/json']
      : [ProtobufMetricsSerializer, 'application/x-protobuf'];
  // It reads the endpoint, headers, timeout, compression and certificates from OpenTelemetry's usual variables.
  const options = convertLegacyHttpOptions({}, 'METRICS', 'v1/metrics', { 'Content-Type': contentType });
  return new OTLPExporterBase<ResourceMetrics>(
    createOtlpHttpExportDelegate(
      options,
      serializer,
      'otlp_http_metric_exporter',
      MetricsExporterMetricsHelper,
      undefined,
    ),
  );
}
