import type { RunTransaction } from '../db/transaction.js';

/**
 * Removes at most `limit` audit entries from before a time, of any workspace, oldest first. Returns how many were removed.
 * The setting is what the table's trigger asks for: only this and the deletion of a workspace remove entries.
 */
export async function trimAudit(
  { transaction }: { transaction: RunTransaction },
  before: Date,
  limit: number,
): Promise<number> {
  return transaction(async ({ tx }) => {
    await tx.$executeRaw`SELECT set_config('parley.trims_audit', 'on', true)`;
    return tx.$executeRaw`
      DELETE FROM "AuditEvent" WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM "AuditEvent" WHERE at < ${before} ORDER BY at LIMIT ${limit} FOR UPDATE SKIP LOCKED))`;
  });
}
