import { Prisma } from '../generated/prisma/client.js';
import type { ActorRef, SystemRef } from '../lib/actor-ref.js';
import type { AuditEntry } from './audit-entry.js';

/** Who does what is audited, and from where. */
export type AuditOrigin = {
  /** null for a command of an operator */
  actor: ActorRef | SystemRef | null;
  /** The key behind the actor, if it is not the actor itself. */
  viaKeyId: string | null;
  requestId: string | null;
  clientAddress: string | null;
};

/** The origin of what an operator does on the command line. */
export const commandLine: AuditOrigin = { actor: null, viaKeyId: null, requestId: null, clientAddress: null };

/** The most changes that an entry keeps. Only settings can have more keys. */
const MAX_CHANGES = 100;

type Place = { workspaceId: string; newId: () => string; now: Date };

/** The statement that appends entries to the audit log of a workspace, for the transaction of what they tell of. */
export function auditStatement(
  { workspaceId, newId, now }: Place,
  { actor, viaKeyId, requestId, clientAddress }: AuditOrigin,
  entries: readonly AuditEntry[],
): Prisma.Sql {
  const rows = entries.map(({ action, targetId, changes = [] }) => ({
    id: newId(),
    action,
    targetId,
    changes: changes.slice(0, MAX_CHANGES),
  }));
  return Prisma.sql`
    INSERT INTO "AuditEvent" ("workspaceId", id, at, action, "actorType", "actorId", "viaKeyId", "targetId", changes,
                              "requestId", "clientAddress")
    SELECT ${workspaceId}::uuid, e.id, ${now}, e.action, ${actor?.type ?? null}::"ActorType", ${actor?.id ?? null}::uuid,
           ${viaKeyId}::uuid, e."targetId", e.changes, ${requestId}, ${clientAddress}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS e(id uuid, action text, "targetId" uuid, changes jsonb)`;
}
