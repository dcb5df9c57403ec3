import type { Config } from '../config.js';
import { encodeLogPlace } from '../events/cursor.js';
import { listen } from './server.js';
import { socketProtocol } from './socket-protocol.js';
import { serveWebSockets } from './websocket.js';
import { createPipeline, type YogaOptions } from './yoga.js';

const MAX_MESSAGE_BYTES = 1_000_000;
const PING_MS = 12_000;
const INIT_TIMEOUT_MS = 3_000;
/** What is left of the shutdown's time for what comes after the requests. */
const RESERVE_MS = 2_000;

type Served = { url: string; stop: () => Promise<void> };

/** Serves HTTP and WebSockets on one port and path, by one pipeline. */
export async function serve(config: Config, options: YogaOptions): Promise<Served> {
  const { application, authenticate, live, cursors, quietMs } = options;
  const pipeline = createPipeline(options);
  const isReady = async () => {
    try {
      await application.database.prisma.$queryRaw`SELECT 1`;
      return true;
    } catch {
      return false;
    }
  };
  const http = await listen(pipeline, { host: config.host, port: config.port, isReady });
  const protocol = socketProtocol({
    pipeline,
    authenticate,
    sessions: live.sessions,
    cursorOf: (viewer, place) => encodeLogPlace({ cursors, viewer }, place),
    maxOperations: config.maxOperationsPerSocket,
    initTimeoutMs: INIT_TIMEOUT_MS,
    quietMs,
  });
  const sockets = serveWebSockets(http.server, {
    path: pipeline.graphqlEndpoint,
    protocol,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    pingMs: PING_MS,
  });
  const graceMs = Math.max(500, config.shutdownSeconds * 1000 - RESERVE_MS);
  return {
    url: http.url,
    stop: async () => {
      http.drain();
      const stopped = new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref());
      await Promise.race([sockets.drain(), stopped]);
      live.endSubscriptions();
      await http.close(graceMs);
    },
  };
}
