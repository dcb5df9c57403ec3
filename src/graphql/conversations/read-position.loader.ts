import DataLoader from 'dataloader';
import { type Position as ReadCounts, unreadBy } from '../../domain/conversations/read-position.sql.js';
import type { Conversation, ReadPosition } from '../../generated/prisma/client.js';
import { type Context, perOperation } from '../core/context.js';

const nothingRead = { seq: 0, inboundCount: 0, deletedInbound: 0, deletedOutbound: 0, readAt: null };

/** How far an actor has read a conversation. */
export type Position = ReadCounts & { readAt: Date | null };

type Key = { conversationId: string; actorId: string };
const cacheKey = ({ conversationId, actorId }: Key) => `${conversationId}/${actorId}`;

/** Loads the read positions of actors in conversations. */
export const readPositions = perOperation(
  ({ database, viewer }) =>
    new DataLoader<Key, Position, string>(
      async (keys) => {
        const rows = await database.lookUp<ReadPosition>`
          SELECT r.* FROM unnest(${keys.map((key) => key.conversationId)}::uuid[], ${keys.map((key) => key.actorId)}::uuid[])
            AS k("conversationId", "actorId")
          JOIN "ReadPosition" r ON r."workspaceId" = ${viewer.workspaceId}::uuid
            AND r."conversationId" = k."conversationId" AND r."actorId" = k."actorId"`;
        const byKey = new Map(rows.map((row) => [cacheKey(row), row]));
        return keys.map((key) => byKey.get(cacheKey(key)) ?? nothingRead);
      },
      { cacheKeyFn: cacheKey },
    ),
);

/** The viewer's number of unread messages. API keys have the team's position, which is in the conversation's row. */
export async function unreadByViewer(context: Context, conversation: Conversation): Promise<number> {
  const { actor } = context.viewer;
  const position =
    actor.type === 'API_KEY'
      ? {
          seq: conversation.teamReadSeq,
          inboundCount: conversation.teamReadInbound,
          deletedInbound: conversation.teamReadDeleted,
          // Keys belong to the team, to which outbound messages are nothing to read.
          deletedOutbound: 0,
        }
      : await readPositions(context).load({ conversationId: conversation.id, actorId: actor.id });
  return unreadBy(actor, conversation, position);
}
