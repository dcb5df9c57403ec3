import { expect, it } from 'vitest';
import { openDatabase } from '../../src/db/client.js';
import { createWorkspace } from '../../src/domain/workspaces/create-workspace.js';
import { startServer, TIMEOUT } from '../e2e/support/program.js';
import { eventually } from '../live/support/listen.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { type Collector, type Exports, factsOf, startCollector } from '../tracing/support/collector.js';
import { startWorkerProcess } from '../worker/support/worker-process.js';

const CUMULATIVE = 2;
const PATIENCE_MS = 30_000;
const database = useScratchDatabase();

const toCollector = ({ url }: Collector) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  OTEL_TRACES_EXPORTER: 'none',
});

/** A server, and how to run an operation there. */
async function startWith(env: NodeJS.ProcessEnv) {
  const server = await startServer({ env: { DATABASE_URL: database.url, WORKER: 'off', ...env } });
  const rows = openDatabase({ url: database.url, poolSize: 1 });
  const { apiKey } = await createWorkspace(rows.prisma, { name: 'Measured' }).finally(() => rows.close());
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` };
  const run = async (query: string) => {
    const response = await fetch(server.url, { method: 'POST', headers, body: JSON.stringify({ query }) });
    const { data, errors } = await response.json();
    expect(errors).toBeUndefined();
    return data;
  };
  return { ...server, run };
}

function named({ metrics }: Exports, name: string) {
  const found = metrics.find((each) => each.name === name);
  if (!found) throw new Error(`There is no ${name}, only ${metrics.map((each) => each.name).join(', ')}`);
  const dataPoints = (found.sum ?? found.gauge ?? found.histogram)?.dataPoints ?? [];
  return { ...found, points: dataPoints.map((point) => ({ ...point, labels: factsOf(point.attributes) })) };
}

it('what Prometheus would read is sent when a server stops, with its labels, units and kinds', TIMEOUT, async () => {
  const collector = await startCollector();
  const server = await startWith({
    ...toCollector(collector),
    OTEL_METRIC_EXPORT_INTERVAL: '3600000',
    OTEL_SERVICE_NAME: 'chat',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  });
  for (let count = 0; count < 3; count += 1) await server.run('query Counted { viewer { role } }');
  const scraped = await (await fetch(new URL('/metrics', server.url))).text();
  expect(await server.stop()).toMatchObject({ code: 0 });

  const [sent, ...others] = collector.exports();
  if (!sent) throw new Error('Nothing was sent');
  expect(others).toEqual([]);
  expect(sent.resource).toMatchObject({
    'service.name': 'chat',
    'service.version': expect.stringMatching(/^\d+\.\d+\.\d+/),
    'service.instance.id': expect.stringMatching(/^[\da-f-]{36}$/),
    'deployment.environment.name': 'test',
  });
  const served = [...scraped.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
  // Of a server that has stopped, what is in the database cannot be read any more.
  const unknown = ['parley_jobs', 'parley_webhook_backlog', 'parley_webhook_oldest_seconds'];
  const withoutValues = served.filter((name) => !new RegExp(`^${name}(_count)?(\\{.*\\})? [\\d.]`, 'm').test(scraped));
  const expected = served.filter((name) => !unknown.includes(name ?? '') && !withoutValues.includes(name));
  expect(sent.metrics.map(({ name }) => name)).toEqual(expect.arrayContaining(expected));

  const requests = named(sent, 'parley_http_requests_total');
  expect(requests).toMatchObject({ unit: '', sum: { isMonotonic: true, aggregationTemporality: CUMULATIVE } });
  expect(requests.description).toMatch(/^Answered HTTP requests by path and status/);
  expect(requests.points).toContainEqual(
    expect.objectContaining({ labels: { path: '/graphql', status: '200' }, asDouble: 3 }),
  );

  const operations = named(sent, 'parley_operation_duration_seconds');
  expect(operations).toMatchObject({ unit: 's', histogram: { aggregationTemporality: CUMULATIVE } });
  const [counted] = operations.points.filter(({ labels }) => labels.operation === 'Counted');
  expect(counted).toMatchObject({ labels: { operation: 'Counted', type: 'query', outcome: 'ok' }, count: 3 });
  const line = /^parley_operation_duration_seconds_bucket\{le="([^"]+)",operation="Counted".*\} (\d+)$/gm;
  const buckets = [...scraped.matchAll(line)].map(([, le, upTo]) => ({ le, upTo: Number(upTo) }));
  const upTo = counted?.bucketCounts?.map((_, index, all) => all.slice(0, index + 1).reduce((sum, each) => sum + each));
  expect(upTo).toEqual(buckets.map((bucket) => bucket.upTo));
  expect([...(counted?.explicitBounds ?? []).map(String), '+Inf']).toEqual(buckets.map(({ le }) => le));
  const [, sum] = /^parley_operation_duration_seconds_sum\{operation="Counted".*\} (\S+)$/m.exec(scraped) ?? [];
  expect(counted?.sum).toBe(Number(sum));
  expect(BigInt(counted?.startTimeUnixNano ?? 0)).toBeLessThan(BigInt(counted?.timeUnixNano ?? 0));

  const memory = named(sent, 'process_resident_memory_bytes');
  expect(memory).toMatchObject({ unit: 'By', gauge: {}, points: [{ labels: {} }] });
  expect(memory.points[0]?.asDouble).toBeGreaterThan(0);
  expect(named(sent, 'parley_subscriptions')).toMatchObject({ gauge: {}, points: [{ labels: {}, asDouble: 0 }] });
  expect(named(sent, 'process_cpu_seconds_total').unit).toBe('s');
});

it('servers and workers send again and again, each under an id of its own', TIMEOUT, async () => {
  const collector = await startCollector();
  const env = { ...toCollector(collector), OTEL_METRIC_EXPORT_INTERVAL: '100' };
  const server = await startWith(env);
  const worker = await startWorkerProcess(database.url, env);
  try {
    const ids = () => [...new Set(collector.exports().map(({ resource }) => resource['service.instance.id']))];
    const counts = () =>
      collector.exports().flatMap(({ metrics }) =>
        metrics
          .filter(({ name }) => name === 'parley_operation_duration_seconds')
          .flatMap(({ histogram }) => histogram?.dataPoints ?? [])
          .filter(({ attributes }) => factsOf(attributes).operation === 'Repeated'),
      );
    const arrived = (count: number) =>
      eventually(() => counts().some((each) => each.count === count), `a count of ${count}`, PATIENCE_MS);
    await server.run('query Repeated { viewer { role } }');
    await arrived(1);
    await server.run('query Repeated { viewer { role } }');
    await arrived(2);
    expect(new Set(counts().map(({ startTimeUnixNano }) => startTimeUnixNano)).size).toBe(1);
    await eventually(() => ids().length === 2, 'both have sent something', PATIENCE_MS);
    // Of what is in the database, as Prometheus would name it after scraping.
    const waking = () =>
      collector.exports().flatMap(({ metrics }) =>
        metrics
          .filter(({ name }) => name === 'parley_jobs')
          .flatMap(({ gauge }) => gauge?.dataPoints ?? [])
          .filter(({ attributes }) => factsOf(attributes).exported_job === 'wake-conversation'),
      );
    const { createConversation } = await server.run(
      'mutation { createConversation(input: { subject: "Later" }) { ... on CreateConversationPayload { conversation { id } } } }',
    );
    const input = `{ conversationId: "${createConversation.conversation.id}", until: "2999-01-01T00:00:00Z" }`;
    await server.run(`mutation { snoozeConversation(input: ${input}) { __typename } }`);
    await eventually(() => waking().length > 0, 'the scheduled job is told of', PATIENCE_MS);
    expect(factsOf(waking()[0]?.attributes ?? [])).toEqual({ exported_job: 'wake-conversation', state: 'scheduled' });
  } finally {
    await Promise.all([server.stop(), worker.stop()]);
  }
});
