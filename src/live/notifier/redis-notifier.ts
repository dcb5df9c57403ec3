import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { withTimeout } from '../../lib/async.js';
import { createListeners, type Doorbell, readSignal } from './notifier.js';

const CHANNEL = 'parley';
/** A connection that answers nothing for so long is made anew; its peer may be gone without a word. */
const HEARTBEAT_MS = 5_000;

/** A doorbell over Redis' PUBLISH and SUBSCRIBE; both connections come back by themselves. */
export function createRedisDoorbell(url: string, log: Logger): Doorbell {
  const { emit, onSignal } = createListeners();
  const publisher = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: HEARTBEAT_MS,
  });
  const subscriber = new Redis(url, { maxRetriesPerRequest: null, connectTimeout: HEARTBEAT_MS });
  for (const connection of [publisher, subscriber]) {
    connection.on('error', (err) => log.warn({ err }, 'The doorbell lost Redis'));
  }
  subscriber.on('message', (_channel, text) => {
    const received = readSignal(text);
    if (received) emit(received);
  });
  // Subscriptions are made again by the library after each reconnection.
  subscriber.subscribe(CHANNEL).catch((err: unknown) => log.warn({ err }, 'The doorbell cannot subscribe'));
  const heartbeats = [publisher, subscriber].map((connection) =>
    setInterval(() => void checkHeart(connection), HEARTBEAT_MS).unref(),
  );

  async function checkHeart(connection: Redis): Promise<void> {
    if (connection.status !== 'ready') return;
    const answered = connection.ping().catch(() => undefined);
    if ((await withTimeout(HEARTBEAT_MS - 1, answered)) || connection.status !== 'ready') return;
    log.warn('The doorbell gives up a connection to Redis that does not answer');
    connection.disconnect(true);
  }

  return {
    onSignal,
    send: (signal) => {
      publisher.publish(CHANNEL, JSON.stringify(signal)).catch((err: unknown) => {
        log.debug({ err }, 'The doorbell could not be rung');
      });
    },
    close: async () => {
      for (const heartbeat of heartbeats) clearInterval(heartbeat);
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}
