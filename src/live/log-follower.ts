import type { Logger } from 'pino';
import type { Database } from '../db/client.js';
import type { LogEntry, LogPosition } from '../event-log/log-event.js';
import { readHead, readHeads, readLogAfter } from '../event-log/read-log.sql.js';
import { coalesced, poll } from '../lib/async.js';
import { createSharedHeads } from './shared-heads.js';

/** Receives new events of a workspace in log order. Each batch continues where the last one ended, without a gap. */
type BatchListener = (batch: LogEntry[]) => void;

/** A listener's registration: how far the log has been read, and how to stop. */
export type Following = { reached: () => LogPosition; stop: () => void };

/** Follows the logs of the workspaces that have listeners in this process, and reads each new event once. */
export type LogFollower = {
  follow: (workspaceId: string, listener: BatchListener) => Promise<Following>;
  /**
   * The end of a workspace's log when it is asked for, followed or not. Those who ask in the same turn of the event loop,
   * as after a restart when all clients come back, share one statement.
   */
  head: (workspaceId: string) => Promise<LogPosition>;
  /** Looks for new events in a workspace. */
  notify: (workspaceId: string) => void;
  /** How many workspaces are followed. */
  size: () => number;
  /**
   * Milliseconds since a followed log was last known to be read to its end, for the log where that is longest ago.
   * Quiet logs are checked every 2 seconds.
   */
  lagMs: () => number;
  close: () => void;
};

type FollowedLog = {
  listeners: Set<BatchListener>;
  reached: LogPosition;
  /** Settles when the initial position is known. */
  started: Promise<void>;
  /** Requests a read of new events. */
  read: () => void;
  /** When the log was last known to be read to its end, on the clock of `performance.now`. */
  atEnd: number;
};

const POLL_MS = 2_000;
const BATCH = 200;

/** Creates the follower of this process. Close it to stop polling. */
export function createLogFollower(database: Database, log: Logger): LogFollower {
  const logs = new Map<string, FollowedLog>();

  async function start(workspaceId: string, followed: FollowedLog): Promise<void> {
    followed.reached = await readHead(database, workspaceId);
  }

  async function read(workspaceId: string, followed: FollowedLog): Promise<void> {
    await followed.started;
    for (let full = true; full && logs.get(workspaceId) === followed; ) {
      const batch = await readLogAfter(database, workspaceId, followed.reached.position, BATCH);
      full = batch.length === BATCH;
      if (!full) followed.atEnd = performance.now();
      const last = batch.at(-1);
      if (!last) return;
      followed.reached = { position: Number(last.position), eventId: last.id };
      for (const listener of followed.listeners) listener(batch);
    }
  }

  async function checkHeads(): Promise<void> {
    if (logs.size === 0) return;
    for (const { workspaceId, position } of await readHeads(database, [...logs.keys()])) {
      const followed = logs.get(workspaceId);
      if (!followed) continue;
      if (position > followed.reached.position) followed.read();
      else followed.atEnd = performance.now();
    }
  }

  const stopPolling = poll(POLL_MS, checkHeads, (err) =>
    log.warn({ err }, 'Log follower could not read the heads of the logs'),
  );

  return {
    head: createSharedHeads(database),
    notify: (workspaceId) => logs.get(workspaceId)?.read(),
    size: () => logs.size,
    lagMs: () => {
      const now = performance.now();
      return [...logs.values()].reduce((longest, { atEnd }) => Math.max(longest, now - atEnd), 0);
    },
    close: () => {
      stopPolling();
      logs.clear();
    },
    follow: async (workspaceId, listener) => {
      const followed = logs.get(workspaceId) ?? begin(workspaceId);
      followed.listeners.add(listener);
      const stop = () => {
        followed.listeners.delete(listener);
        if (followed.listeners.size === 0 && logs.get(workspaceId) === followed) logs.delete(workspaceId);
      };
      try {
        await followed.started;
      } catch (error) {
        stop();
        throw error;
      }
      return { reached: () => followed.reached, stop };
    },
  };

  function begin(workspaceId: string): FollowedLog {
    const followed: FollowedLog = {
      listeners: new Set(),
      reached: { position: 0, eventId: null },
      started: Promise.resolve(),
      read: coalesced(() => read(workspaceId, followed), {
        // The next poll tries again from the same position.
        onFailure: (err) => log.warn({ err, workspaceId }, 'Log follower could not read the log'),
      }),
      atEnd: performance.now(),
    };
    logs.set(workspaceId, followed);
    followed.started = start(workspaceId, followed);
    return followed;
  }
}
