import { withTimeout } from '../lib/async.js';
import type { Metrics } from '../metrics/metrics.js';
import type { Services } from '../services.js';
import { graphqlListener } from './graphql-listener.js';
import { createOperationRecorder } from './operation-recorder.js';
import { type Probes, probePaths } from './probes.js';
import { rootPage } from './root-page.js';
import { type Handler, type ListenOptions, listen } from './server.js';
import { socketProtocol } from './socket-protocol.js';
import { serveWebSockets } from './websocket.js';
import { createPipeline, type PipelineOptions } from './yoga.js';

const MAX_MESSAGE_BYTES = 1_000_000;
const INIT_TIMEOUT_MS = 3_000;

export type ServeOptions = Omit<PipelineOptions, 'record'> & {
  /** Sockets are pinged this often; a peer that does not read is gone after at most twice as long and 5 seconds. */
  pingMs: number;
  /** How long stopping may take. */
  graceMs: number;
  /** Answers what operators ask. */
  probes: Probes;
  /** Called with the origin that the server listens at. */
  onListening: (origin: string) => void;
};

type Served = { url: string; stop: () => Promise<void> };

/** Serves HTTP and WebSockets on one port and path, by one pipeline. */
export async function serve(services: Services, options: ServeOptions): Promise<Served> {
  const { config, live, log, metrics, uploads } = services;
  const { authenticate, quietMs, pingMs, graceMs, probes, onListening } = options;
  const record = createOperationRecorder(log, metrics);
  const pipeline = createPipeline(services, { ...options, record });
  const atRoot = rootPage(pipeline.graphqlEndpoint, options.graphiql !== undefined);
  const graphql = graphqlListener(pipeline);
  const handler: Handler = (request, response) => {
    if (!uploads.store.handle?.(request, response) && !atRoot(request, response)) return graphql(request, response);
  };
  const http = await listen(handler, {
    host: config.host,
    port: config.port,
    probes,
    log,
    onAnswer: countAnswers(metrics, pipeline.graphqlEndpoint),
  });
  onListening(new URL(http.url).origin);
  const protocol = socketProtocol(services, {
    pipeline,
    record,
    authenticate,
    initTimeoutMs: INIT_TIMEOUT_MS,
    quietMs,
  });
  const sockets = serveWebSockets(http.server, {
    path: pipeline.graphqlEndpoint,
    protocol,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    pingMs,
    onFailure: (err) => log.warn({ err }, 'A socket was closed because of a failure'),
  });
  return {
    url: http.url,
    stop: async () => {
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

function countAnswers({ requests }: Metrics, graphqlPath: string): ListenOptions['onAnswer'] {
  const paths = new Set([graphqlPath, ...probePaths]);
  return ({ url = '' }, status) => {
    const [path = ''] = url.split('?');
    const file = path.startsWith('/uploads/') ? '/uploads' : 'other';
    requests.inc({ path: paths.has(path) ? path : file, status });
  };
}
