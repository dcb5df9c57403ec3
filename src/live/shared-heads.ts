import type { Database } from '../db/client.js';
import type { LogPosition } from '../event-log/log-event.js';
import { readHeads } from '../event-log/read-log.sql.js';
import { perTurn } from '../lib/per-turn.js';

/** Returns a function that reads the head of a workspace's log, after it was asked for. */
export function createSharedHeads(database: Pick<Database, 'read'>): (workspaceId: string) => Promise<LogPosition> {
  return perTurn(async (workspaceIds) => {
    const heads = await readHeads(database, [...new Set(workspaceIds)]);
    const found = new Map(heads.map(({ workspaceId, position, eventId }) => [workspaceId, { position, eventId }]));
    return workspaceIds.map((workspaceId) => found.get(workspaceId) ?? { position: 0, eventId: null });
  });
}
