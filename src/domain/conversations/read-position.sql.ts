import type { Viewer } from '../../auth/viewer.js';
import { type Conversation, Prisma } from '../../generated/prisma/client.js';
import type { ActorRef } from '../../lib/actor-ref.js';
import type { Work } from '../../unit-of-work/transaction.js';

type Position = { seq: number; inboundCount: number };

/** Whether an actor is on the customer's side of a conversation: a contact, or the user who owns the conversation. */
export function isCustomer(actor: Pick<ActorRef, 'type' | 'id'>, { ownerId }: Pick<Conversation, 'ownerId'>): boolean {
  return actor.type === 'CONTACT' || (actor.type === 'USER' && actor.id === ownerId);
}

/** The number of messages from the other side after a read position. Computed from counters; no messages are counted. */
export function unreadBy(
  actor: Pick<ActorRef, 'type' | 'id'>,
  conversation: Pick<Conversation, 'messageCount' | 'inboundCount' | 'ownerId'>,
  position: Position,
): number {
  const inbound = conversation.inboundCount - position.inboundCount;
  return isCustomer(actor, conversation) ? conversation.messageCount - position.seq - inbound : inbound;
}

/** The viewer's number of unread messages as an SQL expression on the alias `c`; equals what `unreadBy` computes. */
export function unreadSql({ workspaceId, actor }: Viewer): Prisma.Sql {
  if (actor.type === 'API_KEY') return Prisma.sql`(c."inboundCount" - c."teamReadInbound")`;
  const read = (column: 'seq' | 'inboundCount') =>
    Prisma.sql`coalesce((SELECT r.${Prisma.raw(`"${column}"`)} FROM "ReadPosition" r
      WHERE r."workspaceId" = ${workspaceId}::uuid AND r."conversationId" = c.id AND r."actorId" = ${actor.id}::uuid), 0)`;
  const inbound = Prisma.sql`(c."inboundCount" - ${read('inboundCount')})`;
  const outbound = Prisma.sql`(c."messageCount" - ${read('seq')} - ${inbound})`;
  if (actor.type === 'CONTACT') return outbound;
  if (actor.type === 'BOT') return inbound;
  return Prisma.sql`(CASE WHEN c."ownerId" = ${actor.id}::uuid THEN ${outbound} ELSE ${inbound} END)`;
}

/** Advances an actor's read position and returns whether it moved. An earlier position changes nothing. */
export async function advanceReadPosition(
  { tx, workspaceId, now }: Work,
  conversationId: string,
  actor: ActorRef,
  position: Position,
): Promise<boolean> {
  const advanced = await tx.$executeRaw`
    INSERT INTO "ReadPosition" ("workspaceId", "conversationId", "actorId", seq, "inboundCount", "readAt")
    VALUES (${workspaceId}::uuid, ${conversationId}::uuid, ${actor.id}::uuid, ${position.seq}, ${position.inboundCount}, ${now})
    ON CONFLICT ("workspaceId", "conversationId", "actorId") DO UPDATE
      SET seq = excluded.seq, "inboundCount" = excluded."inboundCount", "readAt" = excluded."readAt"
      WHERE "ReadPosition".seq < excluded.seq`;
  return advanced > 0;
}
