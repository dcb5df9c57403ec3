import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { errorCode, messageOf } from '../lib/error-info.js';
import { StartError } from '../lib/program.js';
import { logFailure } from './log-failure.js';
import type { Probes } from './probes.js';
import { hasReadableUrl, NO_READABLE_URL } from './readable-url.js';
import { inRequestScope } from './request-scope.js';

/** Answers a request, at once or later. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export type HttpServer = {
  url: string;
  server: Server;
  /** Answers new work with 503 from now on, while what runs goes on; settles when nothing runs any more. */
  drain: () => Promise<void>;
  /** Takes no new connections and waits for the running requests, until the deadline. */
  close: (deadlineMs: number) => Promise<void>;
};

export type ListenOptions = {
  host: string;
  port: number;
  /** Answers what operators ask; all else goes to the handler. */
  probes: Probes;
  log: Logger;
  /** Told of every answer. */
  onAnswer?: (request: IncomingMessage, status: number) => void;
};

/** Serves on a host and port; throws StartError where they cannot be had. */
export async function listen(
  handler: Handler,
  { host, port, probes, log, onAnswer }: ListenOptions,
): Promise<HttpServer> {
  let draining = false;
  let onIdle: (() => void) | null = null;
  const running = new Set<ServerResponse>();
  const server = createServer((request, response) =>
    inRequestScope(request.headers['x-request-id'], ({ requestId }) => {
      response.setHeader('x-request-id', requestId);
      if (draining) return answerPlain(response, 503, 'not ready\n', { connection: 'close', 'retry-after': '1' });
      running.add(response);
      response.once('close', () => {
        running.delete(response);
        if (running.size === 0) onIdle?.();
        onAnswer?.(request, response.statusCode);
      });
      if (!hasReadableUrl(request)) return answerPlain(response, 400, NO_READABLE_URL);
      if (!probes(request, response)) void handle(request, response);
    }),
  );
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await handler(request, response);
    } catch (error) {
      // The client has gone: what it broke off is no failure, and there is nobody to tell.
      if (response.destroyed) return;
      const told = logFailure(log, error);
      if (response.headersSent) response.destroy();
      else answerPlain(response, 500, `${told}\n`);
    }
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(refused(error, host, port)));
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const actualPort = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://${shownHost(host)}:${actualPort}/graphql`,
    server,
    drain: () =>
      new Promise((resolve) => {
        draining = true;
        onIdle = resolve;
        for (const response of running) if (!response.headersSent) response.setHeader('connection', 'close');
        if (running.size === 0) resolve();
      }),
    close: (deadlineMs) =>
      new Promise((resolve) => {
        const deadline = setTimeout(() => server.closeAllConnections(), deadlineMs);
        server.close(() => {
          clearTimeout(deadline);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function answerPlain(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  const described = { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...described, ...headers }).end(body);
}

function shownHost(host: string): string {
  if (['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function refused(error: Error, host: string, port: number): StartError {
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return new StartError(`PORT ${port} is taken by another program: stop that, or set PORT to a free one`);
    case 'EACCES':
      return new StartError(`PORT ${port} may not be used by this user: set PORT to one from 1024 to 65535`);
    default:
      return new StartError(`HOST ${host} cannot be listened on: ${messageOf(error)}`);
  }
}
