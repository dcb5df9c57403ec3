import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from 'pino';
import { clientOf } from '../../db/hosts.js';
import { resultOf } from '../../db/send-statement.js';
import { retryForever, withTimeout } from '../../lib/async.js';
import { createListeners, type Notifier, type OnNotifierFailure, readSignal } from './notifier.js';

const CHANNEL = 'parley';
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5_000;
/** A connection that does not respond for this long is replaced: its peer may be gone without having closed it. */
const HEARTBEAT_MS = 5_000;
const CLOSE_MS = 1_000;
/** Per signal; the payload of NOTIFY must be shorter than 8000 bytes. */
const MAX_WORKSPACES = 100;
const MAX_WAITING = 100;

/**
 * Creates a notifier over LISTEN/NOTIFY. It has a connection of its own and reconnects by itself. NOTIFY is sent
 * outside the transactions of actions, because its commit takes a lock on the whole cluster.
 */
export function createPostgresNotifier(url: string, log: Logger, onFailure: OnNotifierFailure): Notifier {
  const { emit, onSignal } = createListeners();
  const Client = clientOf(url);
  const closing = new AbortController();
  let client: pg.Client | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  async function connect(): Promise<void> {
    const fresh = new Client({
      keepAlive: true,
      application_name: 'parley-notifier',
      connectionTimeoutMillis: HEARTBEAT_MS,
      query_timeout: HEARTBEAT_MS,
    });
    const ended = new Promise<void>((resolve) => fresh.once('end', () => resolve()));
    fresh.on('error', (err) => log.warn({ err }, 'Notifier lost its connection to PostgreSQL'));
    fresh.on('notification', ({ payload }) => {
      const received = readSignal(payload ?? '');
      if (received) emit(received);
    });
    try {
      await fresh.connect().catch((err: unknown) => {
        onFailure('connect');
        throw err;
      });
      await fresh.query(`LISTEN ${CHANNEL}`).catch((err: unknown) => {
        onFailure('subscribe');
        // A standby refuses it.
        fresh.leaveHost();
        throw err;
      });
      client = fresh;
      await Promise.race([ended, unresponsive(fresh)]);
    } finally {
      client = null;
      await withTimeout(CLOSE_MS, fresh.end()).catch(() => undefined);
    }
  }

  /** Settles when the connection no longer responds. */
  async function unresponsive(connection: pg.Client): Promise<void> {
    try {
      for (;;) {
        await sleep(HEARTBEAT_MS, undefined, { signal: closing.signal, ref: false });
        await inTurn(() => connection.query('SELECT 1'));
      }
    } catch (err) {
      if (!closing.signal.aborted)
        log.warn({ err }, 'Notifier replaces a connection to PostgreSQL that does not respond');
    }
  }

  const connected = retryForever(connect, {
    signal: closing.signal,
    firstPauseMs: FIRST_PAUSE_MS,
    maxPauseMs: MAX_PAUSE_MS,
    onFailure: (err) => log.warn({ err }, 'Notifier could not connect to PostgreSQL; retrying'),
  });

  /** Runs one statement at a time, as a connection requires. */
  function inTurn(statement: () => Promise<unknown> | undefined): Promise<unknown> {
    const done = turn.then(statement);
    turn = done.catch(() => undefined);
    return done;
  }

  function notify(text: string): void {
    // If the connection cannot keep up, polling finds what was not sent.
    if (waiting >= MAX_WAITING) return;
    waiting += 1;
    inTurn(async () => client && resultOf(client, { text: 'SELECT pg_notify($1, $2)', values: [CHANNEL, text] }))
      .catch((err: unknown) => {
        onFailure('publish');
        log.warn({ err }, 'Notifier could not send a signal');
      })
      .finally(() => {
        waiting -= 1;
      });
  }

  return {
    onSignal,
    send: (signal) => {
      if (signal.type !== 'ring') return notify(JSON.stringify(signal));
      for (let start = 0; start < signal.workspaceIds.length; start += MAX_WORKSPACES) {
        const workspaceIds = signal.workspaceIds.slice(start, start + MAX_WORKSPACES);
        notify(JSON.stringify({ type: 'ring', workspaceIds }));
      }
    },
    close: async () => {
      closing.abort();
      await connected;
    },
  };
}
