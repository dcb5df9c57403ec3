import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { startServer, TIMEOUT } from '../e2e/support/program.js';
import { eventually } from '../live/support/listen.js';
import { freePort } from '../support/free-port.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { startCollector } from './support/collector.js';

const database = useScratchDatabase();
/** The interfaces, without anything behind them, which prom-client requires. */
const NOTHING = ['@opentelemetry/api'];
const JSON_BODY = { 'content-type': 'application/json' };
const NODE_OPTIONS = `--require=${path.resolve('test/tracing/support/loaded.cjs')}`;

/** The modules of OpenTelemetry that a server loads which answers a request. */
async function loadedWith(env: NodeJS.ProcessEnv): Promise<string[]> {
  const server = await startServer({ env: { DATABASE_URL: database.url, NODE_OPTIONS, ...env } });
  const response = await fetch(server.url, { method: 'POST', body: '{}', headers: JSON_BODY }).finally(() =>
    server.stop(),
  );
  expect(response.status).toBe(401);
  const { stderr } = await server.ended;
  const [last = ''] = stderr.trim().split('\n').slice(-1);
  return z.object({ loaded: z.array(z.string()) }).parse(JSON.parse(last)).loaded;
}

it('nothing of the SDK of OpenTelemetry is loaded unless an exporter or an endpoint is set', TIMEOUT, async () => {
  expect(await loadedWith({ OTEL_SERVICE_NAME: 'chat', OTEL_TRACES_SAMPLER: 'always_on' })).toEqual(NOTHING);
});

it.each([{ OTEL_SDK_DISABLED: 'true' }, { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' }])(
  '%j turns it off whatever else is set',
  TIMEOUT,
  async (off) => {
    const collector = await startCollector();
    expect(await loadedWith({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...off })).toEqual(NOTHING);
    expect(collector.requests).toEqual([]);
  },
);

it.each([
  ['traces', 'OTEL_METRICS_EXPORTER', '@opentelemetry/sdk-trace-base'],
  ['metrics', 'OTEL_TRACES_EXPORTER', '@opentelemetry/sdk-metrics'],
])('%s alone are sent where %s is none', TIMEOUT, async (signal, other, loaded) => {
  const collector = await startCollector();
  expect(await loadedWith({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, [other]: 'none' })).toContain(loaded);
  expect(new Set(collector.requests.map(({ path }) => path))).toEqual(new Set([`/v1/${signal}`]));
});

it('with an endpoint it is loaded, and sends Protocol Buffers', TIMEOUT, async () => {
  const collector = await startCollector();
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  expect(await loadedWith(endpoint)).toContain('@opentelemetry/exporter-trace-otlp-proto');
  for (const [path, content] of [
    ['/v1/traces', 'POST /graphql'],
    ['/v1/metrics', 'parley_http_requests_total'],
  ] as const) {
    const sent = collector.requests.filter((request) => request.path === path);
    expect(new Set(sent.map(({ headers }) => headers['content-type']))).toEqual(new Set(['application/x-protobuf']));
    expect(sent.some(({ body }) => body.includes(content))).toBe(true);
  }
});

it('a collector that is away costs spans, metrics and lines in the log, and nothing else', TIMEOUT, async () => {
  const server = await startServer({
    env: {
      DATABASE_URL: database.url,
      WORKER: 'off',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
      OTEL_EXPORTER_OTLP_TIMEOUT: '100',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_METRIC_EXPORT_INTERVAL: '50',
    },
  });
  try {
    const ask = () => fetch(server.url, { method: 'POST', body: '{}', headers: JSON_BODY });
    expect((await ask()).status).toBe(401);
    const logged = (what: RegExp) => server.output.stderr.split('\n').some((line) => what.test(line));
    await eventually(() => logged(/"reason":".*metrics export.*"msg":"OpenTelemetry"/), 'the log says so', 30_000);
    await eventually(() => logged(/"reason":"(?!.*metrics export).*"msg":"OpenTelemetry"/), 'and of spans', 30_000);
    expect((await ask()).status).toBe(401);
  } finally {
    expect(await server.stop()).toMatchObject({ code: 0 });
  }
});
