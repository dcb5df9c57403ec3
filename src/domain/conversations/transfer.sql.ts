import type { AssigneeRef } from '../../lib/actor-ref.js';
import type { SystemWork } from '../../unit-of-work/transaction.js';

/** A transfer of a conversation, made now by whoever acts. */
export type NewTransfer = {
  conversationId: string;
  from: AssigneeRef | null;
  to: AssigneeRef;
  reason: string | null;
  summary?: string | null;
};

/** Inserts transfers of locked conversations. */
export async function insertTransfers({ tx, workspaceId, by, now, newId }: SystemWork, transfers: NewTransfer[]) {
  const rows = transfers.map(({ conversationId, from, to, reason, summary = null }) => {
    const sides = { fromType: from?.type, fromId: from?.id, toType: to.type, toId: to.id };
    return { id: newId(), conversationId, ...sides, reason, summary };
  });
  await tx.$executeRaw`
    INSERT INTO "Transfer" ("workspaceId", id, "conversationId", at, "byType", "byId", "fromType", "fromId", "toType",
                            "toId", reason, summary)
    SELECT ${workspaceId}::uuid, t.id, t."conversationId", ${now}, ${by.type}::"ActorType", ${by.id}::uuid, t."fromType",
           t."fromId", t."toType", t."toId", t.reason, t.summary
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS t(
      id uuid, "conversationId" uuid, "fromType" "ActorType", "fromId" uuid, "toType" "ActorType", "toId" uuid,
      reason text, summary text)`;
}
