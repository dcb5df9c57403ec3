import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config.js';
import { encodeLogPlace } from '../events/cursor.js';
import { listen } from './server.js';
import { socketProtocol } from './socket-protocol.js';
import { serveWebSockets } from './websocket.js';
import { createPipeline, type YogaOptions } from './yoga.js';

const MAX_MESSAGE_BYTES = 1_000_000;
const INIT_TIMEOUT_MS = 3_000;
/** What is left of the shutdown's time for what comes after the requests. */
const RESERVE_MS = 2_000;

export type ServeOptions = YogaOptions & {
  /** Sockets are pinged this often; a peer that does not read is gone after at most twice as long and 5 seconds. */
  pingMs: number;
};

type Served = { url: string; stop: () => Promise<void> };

/** Serves HTTP and WebSockets on one port and path, by one pipeline. */
export async function serve(config: Config, options: ServeOptions): Promise<Served> {
  const { application, authenticate, live, cursors, log, quietMs, pingMs } = options;
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
    pingMs,
    onFailure: (err) => log.warn({ err }, 'A socket was closed because of a failure'),
  });
  const graceMs = Math.max(500, config.shutdownSeconds * 1000 - RESERVE_MS);
  return {
    url: http.url,
    stop: async () => {
      const deadline = Date.now() + graceMs;
      const left = () => Math.max(0, deadline - Date.now());
      const requests = http.drain();
      await sockets.drain(left());
      live.endSubscriptions();
      await Promise.race([requests, sleep(left(), undefined, { ref: false })]);
      await http.close(left());
    },
  };
}
