import type { AuditEvent } from '../../generated/prisma/client.js';
import type { Context } from '../core/context.js';
import { rowLoader } from '../core/row-loader.js';

const auditEventsById = rowLoader<AuditEvent>('AuditEvent');

/** An entry of the audit log; null if there is none or the viewer may not administer. */
export async function findAuditEvent(context: Context, id: string): Promise<AuditEvent | null> {
  return context.viewer.permissions.has('administer') ? auditEventsById(context).load(id) : null;
}
