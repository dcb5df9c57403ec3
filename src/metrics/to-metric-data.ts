import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api';
import { hrTime } from '@opentelemetry/core';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type HistogramMetricData,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

type Labels = Partial<Record<string, string | number>>;
type Value = { labels: Labels; value: number; metricName?: string };
type Times = Pick<DataPoint<number>, 'startTime' | 'endTime'>;

/**
 * Reads all metrics of a registry, as OpenTelemetry's SDK would have collected them since a time. They keep their names,
 * from which a collector makes the names that Prometheus reads.
 */
export async function toMetricData(registry: Registry, startTime: HrTime): Promise<MetricData[]> {
  const read = registry.getMetricsAsArray().map(async ({ name, help }) => {
    const metric = registry.getSingleMetric(name);
    const common = {
      descriptor: { name, description: help, unit: unitOf(name), valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
    };
    if (metric instanceof Histogram) {
      const { values } = await metric.get();
      const dataPoints = histogramsOf(name, values, { startTime, endTime: hrTime() });
      return { ...common, dataPointType: DataPointType.HISTOGRAM as const, dataPoints };
    }
    if (metric instanceof Gauge) {
      const { values } = await metric.get();
      const dataPoints = numbersOf(values, { startTime, endTime: hrTime() });
      return { ...common, dataPointType: DataPointType.GAUGE as const, dataPoints };
    }
    if (metric instanceof Counter) {
      const { values } = await metric.get();
      const dataPoints = numbersOf(values, { startTime, endTime: hrTime() });
      return { ...common, dataPointType: DataPointType.SUM as const, isMonotonic: true, dataPoints };
    }
    throw new Error(`${name} is a summary, which cannot be exported`);
  });
  return (await Promise.all(read)).filter(({ dataPoints }) => dataPoints.length > 0);
}

/** In UCUM, as OpenTelemetry writes units; empty for a number of things. */
function unitOf(name: string): string {
  const measured = name.replace(/_total$/, '');
  if (measured.endsWith('_seconds')) return 's';
  return measured.endsWith('_bytes') ? 'By' : '';
}

function numbersOf(values: readonly Value[], times: Times): DataPoint<number>[] {
  // Such as the lag of an event loop that has not been measured yet. JSON has no way to write it.
  const known = values.filter(({ value }) => Number.isFinite(value));
  return known.map(({ labels, value }) => ({ ...times, attributes: attributesOf(labels), value }));
}

/**
 * In Prometheus, `job` is the name of the service wherever metrics came over OTLP, and takes the place of a label of that
 * name, whose series would then be one. So it is called what Prometheus calls it when it scrapes.
 */
const renamed: Record<string, string> = { job: 'exported_job' };

function attributesOf(labels: Labels): Attributes {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [renamed[name] ?? name, String(value)]));
}

/** Each bucket of Prometheus counts what is in those before it too; each of OpenTelemetry counts what is in it alone. */
function histogramsOf(name: string, values: readonly Value[], times: Times): HistogramMetricData['dataPoints'] {
  const series = new Map<string, { attributes: Attributes; bounds: number[]; upTo: number[]; sum: number }>();
  for (const { metricName, labels, value } of values) {
    const { le, ...others } = labels;
    const attributes = attributesOf(others);
    const key = JSON.stringify(attributes);
    const one = series.get(key) ?? { attributes, bounds: [], upTo: [], sum: 0 };
    series.set(key, one);
    if (metricName === `${name}_sum`) one.sum = value;
    if (metricName !== `${name}_bucket`) continue;
    one.upTo.push(value);
    if (le !== '+Inf') one.bounds.push(Number(le));
  }
  return [...series.values()].map(({ attributes, bounds, upTo, sum }) => {
    const counts = upTo.map((count, index) => count - (upTo[index - 1] ?? 0));
    const value = { buckets: { boundaries: bounds, counts }, sum, count: upTo.at(-1) ?? 0 };
    return { ...times, attributes, value };
  });
}
