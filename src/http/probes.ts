import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Registry } from 'prom-client';
import { processMetrics } from '../metrics/metrics.js';
import type { Services } from '../services.js';
import type { LameDuck } from './lame-duck.js';
import type { OptionalHandler } from './server.js';

type ProbeOptions = {
  /** Whether the process can do its work. */
  isReady: () => Promise<boolean>;
  /** Metrics in the Prometheus text format; not served if undefined. */
  metrics: { render: () => Promise<string>; contentType: string; token: string | undefined } | undefined;
};

/** The probes of every process: health, readiness, and metrics if they are configured. */
export function operatorProbes({ config, database, metrics }: Services, { isLeaving }: LameDuck): OptionalHandler {
  const access = config.metrics;
  const all = access && Registry.merge([metrics.registry, processMetrics()]);
  return createProbes({
    isReady: async () => !isLeaving() && database.isReady(),
    metrics: all && { render: () => all.metrics(), contentType: all.contentType, token: access.token },
  });
}

/** The paths that count separately in metrics. */
export const probePaths: readonly string[] = ['/healthz', '/readyz', '/metrics'];

/** /healthz: the process runs. /readyz: it can do its work. /metrics: its metrics, for callers with the token. */
function createProbes({ isReady, metrics }: ProbeOptions): OptionalHandler {
  const probes: Record<string, (request: IncomingMessage, response: ServerResponse) => Promise<void> | void> = {
    '/healthz': (_request, response) => answer(response, 200, 'healthy\n'),
    '/readyz': async (_request, response) => {
      if (await isReady()) answer(response, 200, 'ready\n');
      else answer(response, 503, 'not ready\n', { 'retry-after': '1' });
    },
    ...(metrics && {
      '/metrics': async (request, response) => {
        if (!mayRead(request, metrics.token)) {
          return answer(response, 401, 'Send the token as Authorization: Bearer <METRICS_TOKEN>\n', {
            'www-authenticate': 'Bearer',
          });
        }
        answer(response, 200, await metrics.render(), { 'content-type': metrics.contentType });
      },
    }),
  };
  return (request, response) => {
    const probe = probes[request.url ?? ''];
    if (!probe) return false;
    Promise.resolve(probe(request, response)).catch(() => answer(response, 500, 'failed\n'));
    return true;
  };
}

function answer(response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): void {
  response
    .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...headers })
    .end(body);
}

function mayRead({ headers }: IncomingMessage, token: string | undefined): boolean {
  if (token === undefined) return true;
  const shown = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(shown), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
