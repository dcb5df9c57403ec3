import { z } from 'zod';
import { trimAudit } from '../../audit/retention.sql.js';
import { defineJob } from '../job.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const BATCH = 5_000;

/** Trims the audit logs of all workspaces to AUDIT_DAYS, in batches. */
export const trimAudits = defineJob({
  name: 'trim-audit',
  cron: '53 * * * *',
  payload: z.object({}),
  run: async (_payload, { config, database, clock, signal }) => {
    if (config.auditDays === undefined) return;
    const before = new Date(clock().getTime() - config.auditDays * DAY_MS);
    while ((await trimAudit(database, before, BATCH)) === BATCH) signal.throwIfAborted();
  },
});
