import type { Viewer } from '../../auth/viewer.js';
import { Prisma } from '../../generated/prisma/client.js';

/** What `unreadBy` computes, as an expression on the alias `c`. */
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
