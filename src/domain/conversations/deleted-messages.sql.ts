import { eraseMessage } from '../../erasure/deliveries.sql.js';
import { type Conversation, type Message, Prisma } from '../../generated/prisma/client.js';
import type { SystemWork, Work } from '../../unit-of-work/transaction.js';
import { isPublic, placeSql } from '../messages/note.sql.js';

type Deleted = Pick<Conversation, 'deletedInbound' | 'deletedOutbound'>;

/**
 * Counts a public message of a locked conversation as deleted, for the conversation, the team and everyone who had read it, and
 * erases what webhooks sent about it. For everyone else, there is one fewer to read.
 */
export async function eraseAsDeleted(work: SystemWork, message: Message): Promise<void> {
  const { conversationId, seq, direction } = message;
  const inbound = direction === 'INBOUND';
  const column = Prisma.raw(inbound ? '"deletedInbound"' : '"deletedOutbound"');
  await eraseMessage(work, message, [
    Prisma.sql`${column} = ${column} + 1`,
    Prisma.sql`"teamReadDeleted" = "teamReadDeleted" + (${inbound} AND "teamReadSeq" >= ${seq})::int`,
  ]);
  await work.tx.$executeRaw`
    UPDATE "ReadPosition" SET ${column} = ${column} + 1
    WHERE "workspaceId" = ${work.workspaceId}::uuid AND "conversationId" = ${conversationId}::uuid AND seq >= ${seq}`;
}

/**
 * How many messages of a locked conversation up to this seq are deleted. Counts those after it, of which there are few:
 * people read to the end or close to it.
 */
export async function deletedUpTo(
  { tx, workspaceId }: Work,
  conversation: Conversation,
  seq: number,
): Promise<Deleted> {
  const { id, messageCount, deletedInbound, deletedOutbound } = conversation;
  if (seq === messageCount || deletedInbound + deletedOutbound === 0) return { deletedInbound, deletedOutbound };
  const after = await tx.$queryRaw<{ direction: Message['direction']; count: number }[]>`
    SELECT m.direction, count(*)::int AS count FROM "Message" m
    WHERE m."workspaceId" = ${workspaceId}::uuid AND m."conversationId" = ${id}::uuid AND ${placeSql()} > ${seq}::float8
      AND m."deletedAt" IS NOT NULL AND ${isPublic()}
    GROUP BY m.direction`;
  const countOf = (wanted: Message['direction']) => after.find(({ direction }) => direction === wanted)?.count ?? 0;
  return {
    deletedInbound: deletedInbound - countOf('INBOUND'),
    deletedOutbound: deletedOutbound - countOf('OUTBOUND'),
  };
}
