import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

export type ProbeOptions = {
  /** Whether the process can do its work. */
  isReady: () => Promise<boolean>;
  /** What the process counts, as Prometheus reads it. Left out: it is not served. */
  metrics?: { render: () => Promise<string>; contentType: string; token: string | undefined } | undefined;
};

/** Answers what operators ask, and says whether it was that. */
export type Probes = (request: IncomingMessage, response: ServerResponse) => boolean;

/** The paths that are told apart in metrics; what is not served has no end. */
export const probePaths: readonly string[] = ['/healthz', '/readyz', '/metrics'];

/** /healthz: the process runs. /readyz: it can do its work. /metrics: what it counts, to whoever shows the token. */
export function createProbes({ isReady, metrics }: ProbeOptions): Probes {
  const probes: Record<string, (request: IncomingMessage, response: ServerResponse) => Promise<void> | void> = {
    '/healthz': (_request, response) => answer(response, 200, 'healthy\n'),
    '/readyz': async (_request, response) => {
      if (await isReady()) answer(response, 200, 'ready\n');
      else answer(response, 503, 'not ready\n', { 'retry-after': '1' });
    },
    ...(metrics && {
      '/metrics': async (request, response) => {
        if (!mayRead(request, metrics.token)) {
          return answer(response, 401, 'Send the token: Authorization: Bearer …\n', { 'www-authenticate': 'Bearer' });
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
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers }).end(body);
}

function mayRead({ headers }: IncomingMessage, token: string | undefined): boolean {
  if (token === undefined) return true;
  const shown = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(shown), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
