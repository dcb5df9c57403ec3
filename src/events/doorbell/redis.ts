import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { createListeners, type Doorbell, readSignal } from './doorbell.js';

const CHANNEL = 'parley';

/** A doorbell over Redis' PUBLISH and SUBSCRIBE; both connections come back by themselves. */
export function createRedisDoorbell(url: string, log: Logger): Doorbell {
  const { emit, onSignal } = createListeners();
  const publisher = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0 });
  const subscriber = new Redis(url, { maxRetriesPerRequest: null });
  for (const connection of [publisher, subscriber]) {
    connection.on('error', (err) => log.warn({ err }, 'The doorbell lost Redis'));
  }
  subscriber.on('message', (_channel, text) => {
    const received = readSignal(text);
    if (received) emit(received);
  });
  // Subscriptions are made again by the library after each reconnection.
  subscriber.subscribe(CHANNEL).catch((err: unknown) => log.warn({ err }, 'The doorbell cannot subscribe'));
  return {
    onSignal,
    send: (signal) => {
      publisher.publish(CHANNEL, JSON.stringify(signal)).catch((err: unknown) => {
        log.debug({ err }, 'The doorbell could not be rung');
      });
    },
    close: async () => {
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}
