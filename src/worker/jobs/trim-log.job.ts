import { z } from 'zod';
import { trimLog, workspacesToTrim } from '../../event-log/retention.sql.js';
import { defineJob } from '../job.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const BATCH = 5_000;

/**
 * Trims the logs of all workspaces to EVENT_RETENTION_DAYS, in batches. Readers with a cursor in the trimmed part get
 * CURSOR_EXPIRED.
 */
export const trimLogs = defineJob({
  name: 'trim-logs',
  cron: '23 * * * *',
  payload: z.object({}),
  run: async (_payload, { config, database, clock, signal }) => {
    if (config.eventRetentionDays === undefined) return;
    const before = new Date(clock().getTime() - config.eventRetentionDays * DAY_MS);
    let workspaceIds = await workspacesToTrim(database, before, null);
    while (workspaceIds.length > 0) {
      for (const workspaceId of workspaceIds) {
        while ((await trimLog(database, workspaceId, before, BATCH)) === BATCH) signal.throwIfAborted();
        signal.throwIfAborted();
      }
      workspaceIds = await workspacesToTrim(database, before, workspaceIds.at(-1) ?? null);
    }
  },
});
