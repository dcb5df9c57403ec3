import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import type { TestServer } from '../../support/parley.js';

export type Proxy = {
  url: string;
  /** Answers so many requests itself, with 503 and `Retry-After: 0`. */
  beBusy: (requests: number) => void;
  /** Drops every connection. */
  cut: () => void;
  /** How many requests came, and how many sockets were asked for. */
  requests: () => number;
  upgrades: () => number;
  /** How many event streams were open at once, at most. */
  mostStreams: () => number;
};

/** A proxy as some networks have it: it forwards requests and streams, but no WebSockets. */
export async function useProxyWithoutSockets({ url }: Pick<TestServer, 'url'>): Promise<Proxy> {
  const target = new URL(url);
  let busy = 0;
  let requests = 0;
  let upgrades = 0;
  let streams = 0;
  let mostStreams = 0;

  function forward(near: IncomingMessage, answer: ServerResponse): void {
    requests += 1;
    if (busy > 0) {
      busy -= 1;
      answer.writeHead(503, { 'retry-after': '0' }).end('Too much to do.');
      return;
    }
    const { method, headers } = near;
    const far = request(
      { host: target.hostname, port: target.port, path: target.pathname, method, headers },
      (from) => {
        answer.writeHead(from.statusCode ?? 500, from.headers);
        if (from.headers['content-type']?.startsWith('text/event-stream')) {
          streams += 1;
          mostStreams = Math.max(mostStreams, streams);
          answer.once('close', () => {
            streams -= 1;
          });
        }
        from.pipe(answer);
      },
    );
    far.on('error', () => answer.destroy());
    answer.on('close', () => far.destroy());
    near.pipe(far);
  }

  const server = createServer(forward);
  server.on('upgrade', (_request, socket) => {
    upgrades += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The proxy has no port.');
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${address.port}${target.pathname}`,
    beBusy: (count) => {
      busy = count;
    },
    cut: () => server.closeAllConnections(),
    requests: () => requests,
    upgrades: () => upgrades,
    mostStreams: () => mostStreams,
  };
}
