import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { withTimeout } from '../../lib/async.js';
import { createListeners, type Notifier, type OnNotifierFailure, readSignal } from './notifier.js';

const CHANNEL = 'parley';
/** A connection that does not respond for this long is replaced: its peer may be gone without having closed it. */
const HEARTBEAT_MS = 5_000;
/** Between attempts to subscribe on a connection that works. */
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5_000;

/** Creates a notifier over Redis PUBLISH and SUBSCRIBE. Both of its connections reconnect by themselves. */
export function createRedisNotifier(url: string, log: Logger, onFailure: OnNotifierFailure): Notifier {
  const { emit, onSignal } = createListeners();
  const publisher = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: HEARTBEAT_MS,
  });
  const subscriber = new Redis(url, {
    maxRetriesPerRequest: null,
    connectTimeout: HEARTBEAT_MS,
    // Nobody could handle its failure, which would end the process.
    autoResubscribe: false,
  });
  for (const connection of [publisher, subscriber]) {
    connection.on('error', (err) => {
      onFailure('connect');
      log.warn({ err }, 'Notifier lost its connection to Redis');
    });
  }
  subscriber.on('message', (_channel, text) => {
    const received = readSignal(text);
    if (received) emit(received);
  });
  const subscription = keepSubscribed(subscriber, log, onFailure);
  const heartbeats = [publisher, subscriber].map((connection) =>
    setInterval(() => void checkConnection(connection), HEARTBEAT_MS).unref(),
  );
  let sending = true;

  async function checkConnection(connection: Redis): Promise<void> {
    if (connection.status !== 'ready') return;
    const responded = connection.ping().catch(() => undefined);
    if ((await withTimeout(HEARTBEAT_MS - 1, responded)) || connection.status !== 'ready') return;
    log.warn('Notifier replaces a connection to Redis that does not respond');
    connection.disconnect(true);
  }

  function couldNotSend(err: unknown): void {
    onFailure('publish');
    // Every write sends a signal: the first failure says enough.
    log[sending ? 'warn' : 'debug']({ err }, 'Notifier could not send a signal');
    sending = false;
  }

  return {
    onSignal,
    send: (signal) => {
      publisher.publish(CHANNEL, JSON.stringify(signal)).then(() => {
        sending = true;
      }, couldNotSend);
    },
    close: async () => {
      for (const heartbeat of heartbeats) clearInterval(heartbeat);
      subscription.stop();
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}

/** Subscribes whenever the connection is ready, and tries again for as long as Redis refuses. */
function keepSubscribed(connection: Redis, log: Logger, onFailure: OnNotifierFailure): { stop: () => void } {
  let pauseMs = FIRST_PAUSE_MS;
  let retry: NodeJS.Timeout | undefined;
  let failed = false;
  let stopped = false;

  async function subscribe(): Promise<void> {
    clearTimeout(retry);
    try {
      await connection.subscribe(CHANNEL);
      if (failed) log.info('Notifier is subscribed to Redis again');
      failed = false;
      pauseMs = FIRST_PAUSE_MS;
    } catch (err) {
      if (stopped) return;
      failed = true;
      onFailure('subscribe');
      log.warn({ err }, 'Notifier could not subscribe to Redis; retrying');
      // A connection that is not ready subscribes when it is.
      if (connection.status === 'ready') retryLater();
    }
  }

  function retryLater(): void {
    clearTimeout(retry);
    retry = setTimeout(() => void subscribe(), pauseMs).unref();
    pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2);
  }

  connection.on('ready', () => void subscribe());
  connection.on('close', () => clearTimeout(retry));
  return {
    stop: () => {
      stopped = true;
      clearTimeout(retry);
    },
  };
}
