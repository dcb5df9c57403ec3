import type { Later } from '../db/transaction.js';
import type { ActorRef, SystemRef } from '../lib/actor-ref.js';
import type { NewEvent } from './log-event.js';

/**
 * The conversation of an event, with the contact and owner who may see the event even after the conversation is
 * deleted.
 */
export type EventSubject = { id: string; contactId: string | null; ownerId: string | null };

export type PendingEvent = NewEvent & {
  id: string;
  subject: EventSubject;
  actor: ActorRef | SystemRef;
  /** The API key that acted in the actor's name; null if the actor did. */
  viaKeyId: string | null;
};

/**
 * Appends events to a workspace's log. Must be the last statement of its transaction: it locks the head of the
 * workspace's log, and so orders the workspace's commits. Positions therefore have no gaps and become visible in order.
 */
export function appendEvents(
  later: Later,
  workspaceId: string,
  events: readonly PendingEvent[],
  occurredAt: Date,
): void {
  const last = events.at(-1);
  if (!last) return;
  const rows = events.map(({ id, type, payload, subject, actor, viaKeyId }, index) => ({
    ordinal: index + 1,
    id,
    type,
    payload,
    conversationId: subject.id,
    contactId: subject.contactId,
    ownerId: subject.ownerId,
    actorType: actor.type,
    actorId: actor.id,
    viaKeyId,
  }));
  // Without a head, the positions are NULL and refused.
  later`
    WITH head AS (
      UPDATE "EventHead" SET position = position + ${rows.length}, "eventId" = ${last.id}::uuid
      WHERE "workspaceId" = ${workspaceId}::uuid RETURNING position
    )
    INSERT INTO "Event" ("workspaceId", position, id, type, "conversationId", "contactId", "ownerId",
                         "actorType", "actorId", "viaKeyId", payload, "occurredAt")
    SELECT ${workspaceId}::uuid, (SELECT position FROM head) - ${rows.length} + e.ordinal, e.id, e.type, e."conversationId", e."contactId",
           e."ownerId", e."actorType", e."actorId", e."viaKeyId", e.payload, ${occurredAt}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS e(
      ordinal int, id uuid, type text, "conversationId" uuid, "contactId" uuid, "ownerId" uuid,
      "actorType" "ActorType", "actorId" uuid, "viaKeyId" uuid, payload jsonb)
    ORDER BY e.ordinal`;
}
