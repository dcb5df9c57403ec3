import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { afterAll } from 'vitest';
import { z } from 'zod';
import { portOf } from '../../webhook-delivery/support/receiver.js';

const value = z.looseObject({ stringValue: z.string().optional(), intValue: z.coerce.number().optional() });
const attributes = z.array(z.object({ key: z.string(), value }));
const span = z.looseObject({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  attributes,
  status: z.looseObject({ code: z.number().optional() }),
  links: z.array(z.looseObject({ traceId: z.string(), spanId: z.string() })).default([]),
});
const traces = z.object({
  resourceSpans: z.array(
    z.looseObject({
      resource: z.looseObject({ attributes }),
      scopeSpans: z.array(z.looseObject({ spans: z.array(span) })),
    }),
  ),
});
const point = z.looseObject({
  attributes,
  startTimeUnixNano: z.string(),
  timeUnixNano: z.string(),
  asDouble: z.number().optional(),
  count: z.number().optional(),
  sum: z.number().optional(),
  bucketCounts: z.array(z.number()).optional(),
  explicitBounds: z.array(z.number()).optional(),
});
const dataPoints = z.array(point);
const metric = z.looseObject({
  name: z.string(),
  description: z.string(),
  unit: z.string(),
  sum: z.looseObject({ isMonotonic: z.boolean(), aggregationTemporality: z.number(), dataPoints }).optional(),
  gauge: z.looseObject({ dataPoints }).optional(),
  histogram: z.looseObject({ aggregationTemporality: z.number(), dataPoints }).optional(),
});
const metrics = z.object({
  resourceMetrics: z.array(
    z.looseObject({
      resource: z.looseObject({ attributes }),
      scopeMetrics: z.array(z.looseObject({ metrics: z.array(metric) })),
    }),
  ),
});

/** All that a server tells of its metrics at one time. */
export type Exports = { resource: Exported['facts']; metrics: z.infer<typeof metric>[] };

export type Exported = z.infer<typeof span> & { facts: Record<string, string | number | undefined> };

export type Collector = {
  url: string;
  /** The requests that have arrived. */
  requests: { path: string; headers: IncomingHttpHeaders; body: Buffer }[];
  /** The spans that have arrived as JSON. */
  spans: () => Exported[];
  /** What their process says about itself. */
  resource: () => Exported['facts'];
  /** The exports of metrics that have arrived as JSON, the last one at the end. */
  exports: () => Exports[];
};

/** Takes what servers export over OTLP, as a collector does, until the tests of the file are done. */
export async function startCollector(): Promise<Collector> {
  const requests: Collector['requests'] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    requests.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
    response.writeHead(200, { 'content-type': request.headers['content-type'] }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const bodies = (are: 'metrics' | 'traces') =>
    requests
      .filter(({ path }) => (path === '/v1/metrics') === (are === 'metrics'))
      .map(({ body }) => JSON.parse(body.toString()));
  const received = () => bodies('traces').flatMap((body) => traces.parse(body).resourceSpans);
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    requests,
    spans: () =>
      received().flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap(({ spans }) => spans.map((each) => ({ ...each, facts: factsOf(each.attributes) }))),
      ),
    resource: () => factsOf(received()[0]?.resource.attributes ?? []),
    exports: () =>
      bodies('metrics').flatMap((body) =>
        metrics.parse(body).resourceMetrics.map(({ resource, scopeMetrics }) => ({
          resource: factsOf(resource.attributes),
          metrics: scopeMetrics.flatMap((scope) => scope.metrics),
        })),
      ),
  };
}

/** Attributes by their names. */
export function factsOf(given: z.infer<typeof attributes>): Exported['facts'] {
  return Object.fromEntries(given.map(({ key, value: { stringValue, intValue } }) => [key, stringValue ?? intValue]));
}
