import type { LogEntry } from '../event-log/log-event.js';
import { positionOf } from './portion-queue.js';

/**
 * Reads a part of a workspace's log that has what follows a position, oldest first; empty at the end of the log. It may
 * begin before that. With `fresh` it is as the log is now, and not as somebody has read it some seconds ago.
 */
export type ReadLog = (workspaceId: string, position: number, fresh?: boolean) => Promise<readonly LogEntry[]>;

type Part = { workspaceId: string; after: number; end: number; entries: readonly LogEntry[] };

/**
 * Short, as the log may change afterwards: what people wrote in it is blanked when a conversation is deleted, and entries of
 * merged contacts become those of the survivor.
 */
const KEPT_MS = 5_000;
/** Over all workspaces. */
const MAX_ENTRIES = 10_000;
/** What a part takes besides its entries, as so many of them. */
const OF_PART = 50;

/**
 * Reads the log once for many who read it at about the same time, as clients do that all come back after a restart. What
 * they read ends at the same positions, wherever each of them begins.
 */
export function createRecentLog(read: (workspaceId: string, position: number) => Promise<LogEntry[]>): ReadLog {
  const parts = new Set<Part>();
  const reading = new Map<string, Promise<readonly LogEntry[]>>();
  let kept = 0;

  function drop(part: Part): void {
    if (parts.delete(part)) kept -= part.entries.length + OF_PART;
  }

  function keep(part: Part): void {
    parts.add(part);
    kept += part.entries.length + OF_PART;
    for (const oldest of parts) {
      if (kept <= MAX_ENTRIES) break;
      drop(oldest);
    }
    setTimeout(drop, KEPT_MS, part).unref();
  }

  async function readPart(workspaceId: string, position: number): Promise<readonly LogEntry[]> {
    const entries = await read(workspaceId, position);
    const last = entries.at(-1);
    if (last) keep({ workspaceId, after: position, end: positionOf(last).position, entries });
    return entries;
  }

  function find(workspaceId: string, position: number): Part | undefined {
    for (const part of parts) {
      if (part.workspaceId === workspaceId && part.after <= position && position < part.end) return part;
    }
    return undefined;
  }

  return async (workspaceId, position, fresh = false) => {
    if (fresh) return read(workspaceId, position);
    const known = find(workspaceId, position);
    if (known) return known.entries;
    const key = `${workspaceId} ${position}`;
    const running = reading.get(key);
    if (running !== undefined) return running;
    const started = readPart(workspaceId, position).finally(() => reading.delete(key));
    reading.set(key, started);
    return started;
  };
}
