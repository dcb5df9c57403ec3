import { createServer, type RequestListener } from 'node:http';
import { codeOf, messageOf, StartError } from '../start-error.js';
import { inRequestScope } from './request-scope.js';

export type HttpServer = {
  url: string;
  /** Takes no new connections and waits for the running requests, at most some seconds. */
  close(): Promise<void>;
};

const GRACE_MS = 10_000;

/** Serves on a host and port; throws StartError where they cannot be had. */
export async function listen(
  handler: RequestListener,
  { host, port }: { host: string; port: number },
): Promise<HttpServer> {
  const server = createServer((request, response) =>
    inRequestScope(request.headers['x-request-id'], ({ requestId }) => {
      response.setHeader('x-request-id', requestId);
      handler(request, response);
    }),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(refused(error, host, port)));
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const actualPort = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://${shownHost(host)}:${actualPort}/graphql`,
    close: () =>
      new Promise((resolve) => {
        const deadline = setTimeout(() => server.closeAllConnections(), GRACE_MS);
        server.close(() => {
          clearTimeout(deadline);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function shownHost(host: string): string {
  if (['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function refused(error: Error, host: string, port: number): StartError {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new StartError(`PORT ${port} is taken by another program: stop that, or set PORT to a free one`);
    case 'EACCES':
      return new StartError(`PORT ${port} may not be used by this user: set PORT to one from 1024 to 65535`);
    default:
      return new StartError(`HOST ${host} cannot be listened on: ${messageOf(error)}`);
  }
}
