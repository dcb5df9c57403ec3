import type { Logger } from 'pino';
import type { Database } from '../db/client.js';
import { readLogAfter } from '../event-log/read-log.sql.js';
import type { Notify } from '../unit-of-work/transaction.js';
import { createDistinctSubscriptions, type DistinctSubscriptions } from './distinct-subscriptions.js';
import { createFanOut, type FanOut } from './fan-out.js';
import { createLogFollower, type LogFollower } from './log-follower.js';
import type { Notifier } from './notifier/notifier.js';
import { createRecentLog } from './recent-log.js';
import { createSessions, type SessionLimits, type Sessions } from './sessions.js';
import { createTypingHub, type TypingHub } from './typing.js';
import { whoWrote } from './typists.sql.js';

/** Everything about live events that outlives a request. */
export type Live = {
  logFollower: LogFollower;
  fanOut: FanOut;
  typing: TypingHub;
  sessions: Sessions;
  distinct: DistinctSubscriptions;
  notify: Notify;
  /** Calls the listener with each workspace whose log may have grown in any process. Returns how to stop. */
  onNotify: (listener: (workspaceId: string) => void) => () => void;
  /** Ends all subscriptions, such as those over HTTP that a shutdown would otherwise wait for. */
  endSubscriptions: () => void;
  close: () => Promise<void>;
};

const CATCH_UP_BATCH = 500;

type LiveOptions = {
  maxConnections: SessionLimits;
  maxDistinctSubscriptions: number;
  /** How long an actor is typing after a signal. */
  typingMs: number;
  clock: () => Date;
  log: Logger;
};

/** Connects the log follower, the notifier and the subscriptions. */
export function createLive(
  database: Database,
  notifier: Notifier,
  { maxConnections, maxDistinctSubscriptions, typingMs, clock, log }: LiveOptions,
): Live {
  const logFollower = createLogFollower(database, log);
  const recentLog = createRecentLog((workspaceId, position) =>
    readLogAfter(database, workspaceId, position, CATCH_UP_BATCH),
  );
  const fanOut = createFanOut(logFollower, recentLog);
  const typing = createTypingHub({
    notifier,
    logFollower,
    whoWrote: (workspaceId, typists) => whoWrote(database, workspaceId, typists),
    typingMs,
  });
  const sessions = createSessions(database, maxConnections, clock, log);
  const onNotify: Live['onNotify'] = (listener) =>
    notifier.onSignal((signal) => {
      if (signal.type === 'ring') for (const workspaceId of signal.workspaceIds) listener(workspaceId);
    });
  onNotify(logFollower.notify);
  return {
    logFollower,
    fanOut,
    typing,
    sessions,
    distinct: createDistinctSubscriptions(maxDistinctSubscriptions),
    notify: createNotify(notifier, logFollower.notify),
    onNotify,
    endSubscriptions: () => {
      fanOut.close();
      typing.close();
    },
    close: async () => {
      fanOut.close();
      typing.close();
      sessions.close();
      logFollower.close();
      await notifier.close();
    },
  };
}

/**
 * Notifies this process immediately, and all processes through the notifier at most once per turn of the event loop, so
 * that many commits share one signal.
 */
function createNotify(notifier: Notifier, notifyOwnProcess: Notify): Notify {
  const pending = new Set<string>();
  const flush = () => {
    const workspaceIds = [...pending];
    pending.clear();
    notifier.send({ type: 'ring', workspaceIds });
  };
  return (workspaceId) => {
    notifyOwnProcess(workspaceId);
    if (pending.size === 0) setImmediate(flush);
    pending.add(workspaceId);
  };
}
