import type { ActorRef } from '../../lib/actor-ref.js';
import type { Work } from '../../unit-of-work/transaction.js';

/** Ends an actor's stay in a locked conversation. Answers the id of the participant; null where the actor is not in it. */
export async function endStay(
  { tx, workspaceId, now }: Work,
  conversationId: string,
  actor: ActorRef,
): Promise<string | null> {
  const [left] = await tx.$queryRaw<{ id: string }[]>`
    UPDATE "Participant" SET "leftAt" = ${now}
    WHERE "workspaceId" = ${workspaceId}::uuid AND "conversationId" = ${conversationId}::uuid
      AND "actorId" = ${actor.id}::uuid AND "leftAt" IS NULL
    RETURNING id`;
  return left?.id ?? null;
}
