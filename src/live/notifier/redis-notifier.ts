import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { withTimeout } from '../../lib/async.js';
import { createListeners, type Notifier, readSignal } from './notifier.js';

const CHANNEL = 'parley';
/** A connection that does not respond for this long is replaced: its peer may be gone without having closed it. */
const HEARTBEAT_MS = 5_000;

/** Creates a notifier over Redis PUBLISH and SUBSCRIBE. Both of its connections reconnect by themselves. */
export function createRedisNotifier(url: string, log: Logger): Notifier {
  const { emit, onSignal } = createListeners();
  const publisher = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: HEARTBEAT_MS,
  });
  const subscriber = new Redis(url, { maxRetriesPerRequest: null, connectTimeout: HEARTBEAT_MS });
  for (const connection of [publisher, subscriber]) {
    connection.on('error', (err) => log.warn({ err }, 'Notifier lost its connection to Redis'));
  }
  subscriber.on('message', (_channel, text) => {
    const received = readSignal(text);
    if (received) emit(received);
  });
  // ioredis subscribes again after each reconnection.
  subscriber.subscribe(CHANNEL).catch((err: unknown) => log.warn({ err }, 'Notifier could not subscribe to Redis'));
  const heartbeats = [publisher, subscriber].map((connection) =>
    setInterval(() => void checkConnection(connection), HEARTBEAT_MS).unref(),
  );

  async function checkConnection(connection: Redis): Promise<void> {
    if (connection.status !== 'ready') return;
    const responded = connection.ping().catch(() => undefined);
    if ((await withTimeout(HEARTBEAT_MS - 1, responded)) || connection.status !== 'ready') return;
    log.warn('Notifier replaces a connection to Redis that does not respond');
    connection.disconnect(true);
  }

  return {
    onSignal,
    send: (signal) => {
      publisher.publish(CHANNEL, JSON.stringify(signal)).catch((err: unknown) => {
        log.debug({ err }, 'Notifier could not send a signal');
      });
    },
    close: async () => {
      for (const heartbeat of heartbeats) clearInterval(heartbeat);
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}
