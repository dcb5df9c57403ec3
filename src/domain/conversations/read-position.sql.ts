import type { ActorRef } from '../../lib/actor-ref.js';
import type { Work } from '../../unit-of-work/transaction.js';

/** Raises an actor's read position; a lower one changes nothing. Answers whether it rose. */
export async function raiseReadPosition(
  { tx, workspaceId, now }: Work,
  conversationId: string,
  actor: ActorRef,
  position: { seq: number; inboundCount: number },
): Promise<boolean> {
  const raised = await tx.$executeRaw`
    INSERT INTO "ReadPosition" ("workspaceId", "conversationId", "actorId", seq, "inboundCount", "readAt")
    VALUES (${workspaceId}::uuid, ${conversationId}::uuid, ${actor.id}::uuid, ${position.seq}, ${position.inboundCount}, ${now})
    ON CONFLICT ("workspaceId", "conversationId", "actorId") DO UPDATE
      SET seq = excluded.seq, "inboundCount" = excluded."inboundCount", "readAt" = excluded."readAt"
      WHERE "ReadPosition".seq < excluded.seq`;
  return raised > 0;
}
