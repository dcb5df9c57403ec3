import type { Conversation } from '../../generated/prisma/client.js';
import type { ActorRef } from '../../lib/actor-ref.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { roleOf } from './join.js';

/**
 * Makes an actor a participant of many locked conversations, as `join` does for one. Answers the new participants by
 * conversation and leaves it to the caller to record them.
 */
export async function joinAll(
  { tx, workspaceId, now, newId }: Work,
  conversations: readonly Pick<Conversation, 'id' | 'ownerId'>[],
  actor: ActorRef,
): Promise<Map<string, string>> {
  const rows = conversations.map((conversation) => ({
    id: newId(),
    conversationId: conversation.id,
    role: roleOf(actor, conversation),
  }));
  const joined = await tx.$queryRaw<{ id: string; conversationId: string }[]>`
    INSERT INTO "Participant" ("workspaceId", id, "conversationId", "actorType", "actorId", role, "joinedAt")
    SELECT ${workspaceId}::uuid, p.id, p."conversationId", ${actor.type}::"ActorType", ${actor.id}::uuid, p.role, ${now}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS p(id uuid, "conversationId" uuid, role "ParticipantRole")
    ON CONFLICT ("workspaceId", "conversationId", "actorId") WHERE "leftAt" IS NULL DO NOTHING
    RETURNING id, "conversationId"`;
  return new Map(joined.map(({ id, conversationId }) => [conversationId, id]));
}
