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

it.each([
  ['OTEL_SDK_DISABLED', 'true'],
  ['OTEL_TRACES_EXPORTER', 'none'],
])('%s=%s turns it off whatever else is set', TIMEOUT, async (name, value) => {
  const collector = await startCollector();
  expect(await loadedWith({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, [name]: value })).toEqual(NOTHING);
  expect(collector.requests).toEqual([]);
});

it('with an endpoint it is loaded, and sends Protocol Buffers', TIMEOUT, async () => {
  const collector = await startCollector();
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  expect(await loadedWith(endpoint)).toContain('@opentelemetry/exporter-trace-otlp-proto');
  expect(collector.requests).toMatchObject([
    { path: '/v1/traces', headers: { 'content-type': 'application/x-protobuf' } },
  ]);
  expect(collector.requests[0]?.body.includes('POST /graphql')).toBe(true);
});

it('a collector that is away costs spans and a line in the log, and nothing else', TIMEOUT, async () => {
  const server = await startServer({
    env: {
      DATABASE_URL: database.url,
      WORKER: 'off',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
      OTEL_EXPORTER_OTLP_TIMEOUT: '100',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    },
  });
  try {
    const ask = () => fetch(server.url, { method: 'POST', body: '{}', headers: JSON_BODY });
    expect((await ask()).status).toBe(401);
    await eventually(() => server.output.stderr.includes('"msg":"OpenTelemetry"'), 'the log says so', 30_000);
    expect((await ask()).status).toBe(401);
  } finally {
    expect(await server.stop()).toMatchObject({ code: 0 });
  }
});
