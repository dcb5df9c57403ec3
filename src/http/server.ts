import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { errorCode, messageOf } from '../lib/error-info.js';
import { tryPort } from '../lib/port.js';
import { StartError } from '../lib/program.js';
import type { Span, Tracing } from '../lib/tracing.js';
import { type Admission, OVERLOADED } from './admission.js';
import { abandon, inRequestScope, logFailure, type RequestScope, withinScope } from './request-scope.js';
import { endRequest } from './request-span.js';

/** Answers a request, immediately or later. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Answers a request if it is responsible for it. Returns whether it is. */
export type OptionalHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

export type HttpServer = {
  url: string;
  server: Server;
  /** Answers new requests with 503 while running ones continue. Settles when none is running. */
  drain: () => Promise<void>;
  /** Accepts no new connections, and waits for running requests until the deadline. */
  close: (deadlineMs: number) => Promise<void>;
};

export type ListenOptions = {
  host: string;
  port: number;
  /** How long a connection without a request stays open. */
  keepAliveSeconds: number;
  /** How long a new connection or a request may take to send all its headers. Default: 30 seconds. */
  headersMs?: number;
  /** Called before anything is answered, to set headers or to answer right away. Returns whether it has answered. */
  prepare?: OptionalHandler;
  /** Decides which requests are refused with 503 at once. Default: none. */
  admission?: Pick<Admission, 'take'>;
  /** Asked first; other requests go to the handler. */
  probes: OptionalHandler;
  log: Logger;
  /** Traces requests to the handler. Default: none are. */
  trace?: { begin: (request: IncomingMessage) => Span | null; within: Tracing['within'] };
  /** Called after every response. */
  onAnswer?: (request: IncomingMessage, status: number) => void;
};

/**
 * Makes sure that the port is free before anything is made, such as a database.
 * @throws {StartError} if it is not
 */
export async function expectPortFree({ host, port }: { host: string; port: number }): Promise<void> {
  const error = port === 0 ? undefined : await tryPort(host, port);
  if (error) throw refused(error, host, port);
}

/** Listens on a host and port. Throws StartError if that is not possible. */
export async function listen(
  handler: Handler,
  {
    host,
    port,
    keepAliveSeconds,
    headersMs = HEADERS_MS,
    admission,
    prepare,
    probes,
    log,
    trace,
    onAnswer,
  }: ListenOptions,
): Promise<HttpServer> {
  let draining = false;
  let onIdle: (() => void) | null = null;
  const running = new Set<ServerResponse>();
  const server = createServer(timeouts(keepAliveSeconds, headersMs), (request, response) =>
    inRequestScope(request.headers['x-request-id'], (scope) => {
      const { requestId } = scope;
      response.setHeader('x-request-id', requestId);
      response.setHeader('x-content-type-options', 'nosniff');
      if (prepare?.(request, response)) return;
      if (draining) return answerPlain(response, 503, 'not ready\n', { connection: 'close', 'retry-after': '1' });
      running.add(response);
      response.once('close', () => {
        running.delete(response);
        if (!response.writableFinished) abandon(scope);
        if (running.size === 0) onIdle?.();
        onAnswer?.(request, response.statusCode);
      });
      if (!hasReadableUrl(request)) return answerPlain(response, 400, NO_READABLE_URL);
      if (probes(request, response)) return;
      // Not authenticated yet: who sends the same is the same caller.
      const caller = request.headers.authorization ?? '';
      if (!admission) return begin(request, response, scope);
      const withdraw = admission.take({
        caller,
        begin: (leave) => {
          response.once('close', () => leave(scope.cost));
          // It was queued by another request, whose scope this is not.
          withinScope(scope, () => begin(request, response, scope));
        },
        refuse: () => answerPlain(response, 503, REFUSAL, { 'retry-after': '1', ...JSON_RESULT }),
        // Event streams have begun their response.
        isWaiting: () => !response.headersSent,
      });
      response.once('close', withdraw);
    }),
  );
  function begin(request: IncomingMessage, response: ServerResponse, scope: RequestScope): void {
    const span = trace?.begin(request) ?? null;
    if (!trace || !span) return void handle(request, response);
    scope.span = span;
    response.once('close', () => endRequest(span, response.statusCode));
    void trace.within(span, () => handle(request, response));
  }
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await handler(request, response);
    } catch (error) {
      // The client is gone: aborting a request is no failure, and there is nobody to answer.
      if (response.destroyed) return;
      const message = logFailure(log, error);
      if (response.headersSent) response.destroy();
      else answerPlain(response, 500, `${message}\n`);
    }
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(refused(error, host, port)));
    server.listen({ port, host, backlog: BACKLOG }, resolve);
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

/**
 * How many connections the kernel keeps until they are accepted, if its own limit allows. Node.js asks for 511, and accepts
 * one in each turn of the event loop; those that find no place send their requests again after ever longer breaks.
 */
const BACKLOG = 4096;
const HEADERS_MS = 30_000;
/** How long a request may take to arrive; Node's default. */
const REQUEST_MS = 300_000;
/** How late a connection that takes too long may be noticed. Node's default is 30 seconds. */
const CHECK_MS = 5_000;

/** Node counts neither of the latter while a connection waits for its next request, however long it is kept. */
function timeouts(keepAliveSeconds: number, headersMs: number): ServerOptions {
  return {
    keepAliveTimeout: keepAliveSeconds * 1000,
    headersTimeout: headersMs,
    requestTimeout: Math.max(REQUEST_MS, headersMs),
    connectionsCheckingInterval: Math.min(CHECK_MS, headersMs),
  };
}

/** A host with one of these would contain more than a host: a path, parameters, or credentials. */
const NOT_IN_A_HOST = /[/\\?#@]/;

/** The response to a request that `hasReadableUrl` refuses. */
export const NO_READABLE_URL = 'Send a Host header with a valid host, and a path that starts with a slash.\n';

/** Whether the Host header and the target of a request form a URL, as the handlers assume. */
export function hasReadableUrl({ headers, url = '' }: IncomingMessage): boolean {
  // HTTP/1.0 has no Host header, and HTTP/1.1 allows an empty one.
  const host = headers.host || 'localhost';
  return url.startsWith('/') && !NOT_IN_A_HOST.test(host) && URL.canParse(`http://${host}${url}`);
}

const JSON_RESULT = { 'content-type': 'application/graphql-response+json; charset=utf-8' };
const REFUSAL = JSON.stringify({ errors: [{ message: OVERLOADED, extensions: { code: 'SERVICE_UNAVAILABLE' } }] });

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
      return new StartError(`PORT ${port} is taken by another program: stop that program, or set PORT to a free port`);
    case 'EACCES':
      return new StartError(`PORT ${port} may not be used by this user: set PORT to a port from 1024 to 65535`);
    default:
      return new StartError(`Cannot listen on HOST ${host}: ${messageOf(error)}`);
  }
}
