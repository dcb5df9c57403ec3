import type { IncomingMessage } from 'node:http';
import { sendNodeResponse } from '@whatwg-node/server';
import { BODY_KILOBYTE, FREE_BODY_BYTES } from '../graphql/core/complexity.js';
import { withTimeout } from '../lib/async.js';
import { type AddressOf, createAddressOf, createFromTrustedProxy } from '../lib/client-address.js';
import { type LoopLoad, watchLoopLoad } from '../lib/loop-load.js';
import { traced } from '../lib/tracing.js';
import type { Services } from '../services.js';
import { createAdmission } from './admission.js';
import { type CrossOrigin, createCrossOrigin } from './cross-origin.js';
import { createExhaustedCredentials } from './exhausted-credentials.js';
import type { AuthenticateFrom } from './failed-authentications.js';
import { asksForPage } from './graphiql.js';
import { createOperationRecorder } from './operation-recorder.js';
import { probePaths } from './probes.js';
import { readBody } from './request-body.js';
import { owe } from './request-scope.js';
import { beginRequest } from './request-span.js';
import { type Handler, listen, type OptionalHandler } from './server.js';
import { socketProtocol } from './socket-protocol.js';
import { validateTrustedDocuments } from './validate-trusted-documents.js';
import { serveWebSockets } from './websocket.js';
import { createPipeline, type Pipeline, type PipelineOptions } from './yoga.js';

const MAX_MESSAGE_BYTES = 1_000_000;
const INIT_TIMEOUT_MS = 3_000;

export type ServeOptions = Omit<PipelineOptions, 'record' | 'exhausted' | 'onDuration'> & {
  /** How often sockets are pinged. One that does not read is closed within twice that time and 5 seconds. */
  pingMs: number;
  /** How long stopping may take. */
  graceMs: number;
  /** Answers browsers with GraphiQL. It is not served if undefined. */
  graphiql: Handler | undefined;
  /** Answers browsers with the example inbox. It is not served if null. */
  inbox: OptionalHandler | null;
  /** Answers health checks and metrics. */
  probes: OptionalHandler;
  /** How much the event loop has to do. Default: as measured. */
  loopLoad: Partial<LoopLoad> | undefined;
  /** Called with the origin that the server listens on. */
  onListening: (origin: string) => void;
};

type Served = { url: string; stop: () => Promise<void> };

/** Serves GraphQL over HTTP and WebSocket on one port and path, uploads, and probes. */
export async function serve(services: Services, options: ServeOptions): Promise<Served> {
  const { config, live, log, metrics, uploads, tracing } = services;
  const { trustedDocuments, quietMs, pingMs, graceMs, probes, onListening, graphiql, inbox } = options;
  const loopLoad = watchLoopLoad();
  const admission = createAdmission({
    maxWaiting: config.maxWaitingRequests,
    maxLoopDelayMs: config.maxEventLoopDelayMs,
    refusesQueues: config.refuseQueues,
    loopLoad: { ...loopLoad, ...options.loopLoad },
    onShed: (reason) => metrics.shed.inc({ reason }),
  });
  const authenticate: AuthenticateFrom = (header, address) =>
    traced(tracing, 'authenticate', () => options.authenticate(header, address));
  const record = createOperationRecorder(log, metrics, config.slowOperationMs);
  const exhausted = createExhaustedCredentials(services.clock, record);
  const pipeline = createPipeline(services, {
    ...options,
    authenticate,
    exhausted,
    record,
    onDuration: admission.note,
  });
  validateTrustedDocuments(pipeline, trustedDocuments);
  const serveRoot = rootPage(pipeline.graphqlEndpoint, graphiql !== undefined);
  const addressOf = createAddressOf(config.trustedProxies);
  const fromTrustedProxy = createFromTrustedProxy(config.trustedProxies);
  const graphql = graphqlHandler(pipeline, addressOf);
  const crossOrigin = createCrossOrigin(config);
  const routeOf = createRouteOf(pipeline.graphqlEndpoint);
  const handler: Handler = (request, response) => {
    if (uploads.store.handle?.(request, response) || serveRoot(request, response)) return;
    if (inbox?.(request, response)) return;
    if (graphiql && asksForPage(request)) return graphiql(request, response);
    return exhausted.refuse(request, response) ? undefined : graphql(request, response);
  };
  const http = await listen(handler, {
    host: config.host,
    port: config.port,
    keepAliveSeconds: config.keepAliveSeconds,
    admission,
    prepare: prepareGraphQL(pipeline.graphqlEndpoint, crossOrigin, graphiql !== undefined),
    probes,
    log,
    trace: {
      begin: (request) =>
        beginRequest(tracing, request, { route: routeOf(request), trusted: fromTrustedProxy(request) }),
      within: tracing.within,
    },
    onAnswer: (request, status) => metrics.requests.inc({ path: routeOf(request), status }),
  });
  onListening(new URL(http.url).origin);
  const protocol = socketProtocol(services, {
    pipeline,
    record,
    admission,
    authenticate,
    addressOf,
    trustedDocuments,
    rateLimits: options.rateLimits,
    initTimeoutMs: INIT_TIMEOUT_MS,
    quietMs,
  });
  const sockets = serveWebSockets(http.server, {
    path: pipeline.graphqlEndpoint,
    protocol,
    mayConnect: crossOrigin.allows,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    pingMs,
    onFailure: (err) => log.warn({ err }, 'Closed a socket because of an unexpected error'),
  });
  return {
    url: http.url,
    stop: async () => {
      loopLoad.stop();
      admission.stop();
      const deadline = Date.now() + graceMs;
      const left = () => Math.max(0, deadline - Date.now());
      const requests = http.drain();
      await sockets.drain(left());
      live.endSubscriptions();
      await withTimeout(left(), requests);
      await http.close(left());
    },
  };
}

/** Serves only probes, for a process that takes no requests. */
export async function serveProbes({ config, log }: Services, probes: OptionalHandler): Promise<Served> {
  const { host, port, keepAliveSeconds } = config;
  const notFound: Handler = (_request, response) => void response.writeHead(404).end();
  const { url, close } = await listen(notFound, { host, port, keepAliveSeconds, probes, log });
  return { url: new URL(url).origin, stop: () => close(0) };
}

async function readPricedBody(request: IncomingMessage): Promise<string> {
  const text = await readBody(request);
  owe(Math.ceil(Math.max(0, text.length - FREE_BODY_BYTES) / 1024) * BODY_KILOBYTE);
  return text;
}

/**
 * Answers through the pipeline. Yoga's own listener would answer errors thrown around the pipeline with their stack.
 */
function graphqlHandler(pipeline: Pipeline, addressOf: AddressOf): Handler {
  return async (request, response) => {
    const known = { address: addressOf(request), readBody: () => readPricedBody(request) };
    const answer = await pipeline.handleNodeRequestAndResponse(request, response, known);
    await sendNodeResponse(answer, response, request, true);
  };
}

/**
 * Prepares every response at the path of GraphQL, also errors that the pipeline does not see: pages may read it, and
 * nobody may keep it, because it can contain a secret. GraphiQL's page is not for other pages, and says itself how long
 * it may be kept. Preflights are answered even while the server stops, so that pages can read the 503.
 */
function prepareGraphQL(
  graphqlPath: string,
  { share, answerOptions }: CrossOrigin,
  graphiql: boolean,
): OptionalHandler {
  return (request, response) => {
    const [path = ''] = request.url?.split('?') ?? [];
    if (path.replace(/\/$/, '') !== graphqlPath || (graphiql && asksForPage(request))) return false;
    share(request, response);
    response.setHeader('cache-control', 'no-store');
    if (request.method !== 'OPTIONS') return false;
    answerOptions(request, response);
    return true;
  };
}

/** Answers `/`: redirects to GraphiQL, or says where GraphQL is. Returns whether the request was for `/`. */
function rootPage(graphqlPath: string, graphiql: boolean): OptionalHandler {
  return ({ method = '', url = '' }, response) => {
    if (!/^\/(\?|$)/.test(url) || !['GET', 'HEAD'].includes(method)) return false;
    if (graphiql) response.writeHead(302, { location: graphqlPath }).end();
    else response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end(`GraphQL is at ${graphqlPath}\n`);
    return true;
  };
}

/** The path of a request, of which there are few: all files count as one, and so does all that is unknown. */
function createRouteOf(graphqlPath: string): (request: IncomingMessage) => string {
  const paths = new Set([graphqlPath, ...probePaths]);
  return ({ url = '' }) => {
    const [path = ''] = url.split('?');
    const file = path.startsWith('/uploads/') ? '/uploads' : 'other';
    return paths.has(path) ? path : file;
  };
}
