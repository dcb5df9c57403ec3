import type { Logger } from 'pino';
import type { Database } from '../db/client.js';
import type { LogEvent, LogPlace } from '../event-log/log-event.js';
import { readHead, readHeads, readLogBehind } from '../event-log/read-log.sql.js';
import { coalesced, poll } from '../lib/async.js';

/** New events of a workspace, in the order of the log and without a gap behind the last batch. */
type BatchListener = (batch: LogEvent[]) => void;

/** Where a workspace's tail stands, and how to stop following it. */
export type Following = { place: () => LogPlace; stop: () => void };

/** Follows the logs of the workspaces that somebody listens to here, and reads each new event once. */
export type Tail = {
  follow: (workspaceId: string, listener: BatchListener) => Promise<Following>;
  /** There may be something new in this workspace. */
  ring: (workspaceId: string) => void;
  /** How many workspaces are followed. */
  size: () => number;
  /** For how many milliseconds a tail has not been known to be at the end of its log; those of quiet logs look every 2 s. */
  lagMs: () => number;
  close: () => void;
};

type Followed = {
  listeners: Set<BatchListener>;
  place: LogPlace;
  /** Settles when the position is known. */
  started: Promise<void>;
  /** Reads what is new. */
  read: () => void;
  /** When it was last known to have read everything, by the process' own uptime. */
  atEnd: number;
};

const POLL_MS = 2_000;
const BATCH = 200;

export function createTail(database: Database, log: Logger): Tail {
  const workspaces = new Map<string, Followed>();

  async function start(workspaceId: string, followed: Followed): Promise<void> {
    followed.place = await readHead(database, workspaceId);
  }

  async function read(workspaceId: string, followed: Followed): Promise<void> {
    await followed.started;
    for (let full = true; full && workspaces.get(workspaceId) === followed; ) {
      const batch = await readLogBehind(database, workspaceId, followed.place.position, BATCH);
      full = batch.length === BATCH;
      if (!full) followed.atEnd = performance.now();
      const last = batch.at(-1);
      if (!last) return;
      followed.place = { position: Number(last.position), eventId: last.id };
      for (const listener of followed.listeners) listener(batch);
    }
  }

  function ring(workspaceId: string): void {
    workspaces.get(workspaceId)?.read();
  }

  async function checkHeads(): Promise<void> {
    if (workspaces.size === 0) return;
    for (const { workspaceId, position } of await readHeads(database, [...workspaces.keys()])) {
      const followed = workspaces.get(workspaceId);
      if (!followed) continue;
      if (position > followed.place.position) followed.read();
      else followed.atEnd = performance.now();
    }
  }

  const stopPolling = poll(POLL_MS, checkHeads, (err) => log.warn({ err }, 'The tail could not look at the heads'));

  return {
    ring,
    size: () => workspaces.size,
    lagMs: () => {
      const now = performance.now();
      return [...workspaces.values()].reduce((longest, { atEnd }) => Math.max(longest, now - atEnd), 0);
    },
    close: () => {
      stopPolling();
      workspaces.clear();
    },
    follow: async (workspaceId, listener) => {
      const followed = workspaces.get(workspaceId) ?? begin(workspaceId);
      followed.listeners.add(listener);
      const stop = () => {
        followed.listeners.delete(listener);
        if (followed.listeners.size === 0 && workspaces.get(workspaceId) === followed) workspaces.delete(workspaceId);
      };
      try {
        await followed.started;
      } catch (error) {
        stop();
        throw error;
      }
      return { place: () => followed.place, stop };
    },
  };

  function begin(workspaceId: string): Followed {
    const followed: Followed = {
      listeners: new Set(),
      place: { position: 0, eventId: null },
      started: Promise.resolve(),
      read: coalesced(() => read(workspaceId, followed), {
        // The next poll tries again from the same place.
        onFailure: (err) => log.warn({ err, workspaceId }, 'The tail could not read the log'),
      }),
      atEnd: performance.now(),
    };
    workspaces.set(workspaceId, followed);
    followed.started = start(workspaceId, followed);
    return followed;
  }
}
