import { type Conversation, Prisma, type ReadPosition } from '../../generated/prisma/client.js';
import type { ActorRef } from '../../lib/actor-ref.js';
import type { Work } from '../../unit-of-work/transaction.js';

/** How far somebody has read, and how many inbound and how many deleted messages lie up to there. */
export type Position = Pick<ReadPosition, 'seq' | 'inboundCount' | 'deletedInbound' | 'deletedOutbound'>;

/** The columns of a conversation that count its messages. */
type Counts = Pick<Conversation, 'messageCount' | 'inboundCount' | 'deletedInbound' | 'deletedOutbound' | 'ownerId'>;

/** Whether an actor is on the customer's side of a conversation: a contact, or the user who owns the conversation. */
export function isCustomer(actor: Pick<ActorRef, 'type' | 'id'>, { ownerId }: Pick<Conversation, 'ownerId'>): boolean {
  return actor.type === 'CONTACT' || (actor.type === 'USER' && actor.id === ownerId);
}

/** The number of messages from the other side that are after a read position and not deleted. A matter of counters alone. */
export function unreadBy(actor: Pick<ActorRef, 'type' | 'id'>, conversation: Counts, position: Position): number {
  const inbound = conversation.inboundCount - position.inboundCount;
  if (!isCustomer(actor, conversation)) return inbound - (conversation.deletedInbound - position.deletedInbound);
  const outbound = conversation.messageCount - position.seq - inbound;
  return outbound - (conversation.deletedOutbound - position.deletedOutbound);
}

/** An actor whose id is an SQL expression. */
type ActorSql = { type: ActorRef['type']; id: Prisma.Sql };

/** An actor's number of unread messages as an SQL expression on the alias `c`; equals what `unreadBy` computes. */
export function unreadSql({ type, id }: ActorSql): Prisma.Sql {
  const allInbound = Prisma.sql`c."inboundCount" - c."deletedInbound"`;
  if (type === 'API_KEY') return Prisma.sql`(${allInbound} - (c."teamReadInbound" - c."teamReadDeleted"))`;
  const read = (count: Prisma.Sql) =>
    Prisma.sql`coalesce((SELECT ${count} FROM "ReadPosition" r
      WHERE r."workspaceId" = c."workspaceId" AND r."conversationId" = c.id AND r."actorId" = ${id}::uuid), 0)`;
  const inbound = Prisma.sql`(${allInbound} - ${read(Prisma.sql`r."inboundCount" - r."deletedInbound"`)})`;
  const outbound = Prisma.sql`(c."messageCount" - c."inboundCount" - c."deletedOutbound"
    - ${read(Prisma.sql`r.seq - r."inboundCount" - r."deletedOutbound"`)})`;
  if (type === 'CONTACT') return outbound;
  if (type === 'BOT') return inbound;
  return Prisma.sql`(CASE WHEN c."ownerId" = ${id}::uuid THEN ${outbound} ELSE ${inbound} END)`;
}

/** The statement that advances an actor's read position. An earlier position changes nothing. */
export function readPositionAdvanced(
  { workspaceId, now }: Work,
  conversationId: string,
  actor: ActorRef,
  { seq, inboundCount, deletedInbound, deletedOutbound }: Position,
): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO "ReadPosition" ("workspaceId", "conversationId", "actorId", seq, "inboundCount", "deletedInbound",
      "deletedOutbound", "readAt")
    VALUES (${workspaceId}::uuid, ${conversationId}::uuid, ${actor.id}::uuid, ${seq}, ${inboundCount}, ${deletedInbound},
      ${deletedOutbound}, ${now})
    ON CONFLICT ("workspaceId", "conversationId", "actorId") DO UPDATE
      SET seq = excluded.seq, "inboundCount" = excluded."inboundCount", "deletedInbound" = excluded."deletedInbound",
        "deletedOutbound" = excluded."deletedOutbound", "readAt" = excluded."readAt"
      WHERE "ReadPosition".seq < excluded.seq`;
}

/** Advances an actor's read position and returns whether it moved. */
export async function advanceReadPosition(
  work: Work,
  conversationId: string,
  actor: ActorRef,
  position: Position,
): Promise<boolean> {
  const advanced = await work.tx.$executeRaw`${readPositionAdvanced(work, conversationId, actor, position)}`;
  return advanced > 0;
}
