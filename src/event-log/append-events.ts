import type { Later } from '../db/transaction.js';
import type { ActorRef, SystemRef } from '../lib/actor-ref.js';
import type { LogPosition, NewEvent, NewNodeChange } from './log-event.js';

/**
 * The conversation of an event, with the contact and owner who may see the event even after the conversation is
 * deleted.
 */
export type EventSubject = { id: string; contactId: string | null; ownerId: string | null };

export type PendingEntry = (NewEvent | NewNodeChange) & {
  id: string;
  /** null for a change outside of conversations */
  subject: EventSubject | null;
  /** What has changed; null for an event of a conversation. */
  nodeId: string | null;
  actor: ActorRef | SystemRef;
  /** The API key that acted in the actor's name; null if the actor did. */
  viaKeyId: string | null;
};

/**
 * Appends entries to a workspace's log. Must be the last statement of its transaction: it locks the head of the
 * workspace's log, and so orders the workspace's commits. Positions therefore have no gaps and become visible in order.
 * Returns a function for the position of the last of them; null if there are none.
 */
export function appendEvents(
  later: Later,
  workspaceId: string,
  entries: readonly PendingEntry[],
  occurredAt: Date,
): (() => Promise<LogPosition>) | null {
  const last = entries.at(-1);
  if (!last) return null;
  const rows = entries.map(({ id, type, payload, subject, nodeId, actor, viaKeyId }, index) => ({
    ordinal: index + 1,
    id,
    type,
    payload,
    conversationId: subject?.id,
    nodeId,
    contactId: subject?.contactId,
    ownerId: subject?.ownerId,
    actorType: actor.type,
    actorId: actor.id,
    viaKeyId,
  }));
  // Without a head, the positions are NULL and refused.
  const appended = later<{ position: number }>`
    WITH head AS (
      UPDATE "EventHead" SET position = position + ${rows.length}, "eventId" = ${last.id}::uuid
      WHERE "workspaceId" = ${workspaceId}::uuid RETURNING position
    ), added AS (
      INSERT INTO "Event" ("workspaceId", position, id, type, "conversationId", "nodeId", "contactId", "ownerId",
                           "actorType", "actorId", "viaKeyId", payload, "occurredAt")
      SELECT ${workspaceId}::uuid, (SELECT position FROM head) - ${rows.length} + e.ordinal, e.id, e.type, e."conversationId",
             e."nodeId", e."contactId", e."ownerId", e."actorType", e."actorId", e."viaKeyId", e.payload, ${occurredAt}
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS e(
        ordinal int, id uuid, type text, "conversationId" uuid, "nodeId" uuid, "contactId" uuid, "ownerId" uuid,
        "actorType" "ActorType", "actorId" uuid, "viaKeyId" uuid, payload jsonb)
      ORDER BY e.ordinal
    )
    SELECT position FROM head`;
  return async () => {
    const [head] = await appended();
    if (!head) throw new Error('The workspace has no log.');
    return { position: Number(head.position), eventId: last.id };
  };
}
