import DataLoader from 'dataloader';
import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import type { Message } from '../../generated/prisma/client.js';
import { type Context, perOperation } from '../core/context.js';
import { loaderById } from '../core/row-loader.js';

/** Loads messages by id; null for those that the viewer may not see. */
export const messagesById = loaderById<Message>(
  ({ database, viewer }, ids) => database.prisma.$queryRaw`
    SELECT m.* FROM "Message" m
    JOIN "Conversation" c ON c."workspaceId" = m."workspaceId" AND c.id = m."conversationId"
    WHERE m."workspaceId" = ${viewer.workspaceId}::uuid AND m.id = ANY(${ids}::uuid[]) AND ${visibleTo(viewer)}`,
);

/** Finds a message by id; null if there is none that the viewer may see. */
export async function findMessage(context: Context, id: string): Promise<Message | null> {
  return messagesById(context).load(id);
}

type Key = { conversationId: string; seq: number };
const cacheKey = ({ conversationId, seq }: Key) => `${conversationId}/${seq}`;

/** Loads messages by conversation and number. The caller must have checked that the viewer may see the conversation. */
export const messagesBySeq = perOperation(
  ({ database, viewer }) =>
    new DataLoader<Key, Message | null, string>(
      async (keys) => {
        const rows = await database.prisma.$queryRaw<Message[]>`
          SELECT m.* FROM unnest(${keys.map((key) => key.conversationId)}::uuid[], ${keys.map((key) => key.seq)}::int[])
            AS k("conversationId", seq)
          JOIN "Message" m ON m."workspaceId" = ${viewer.workspaceId}::uuid
            AND m."conversationId" = k."conversationId" AND m.seq = k.seq`;
        const byKey = new Map(rows.map((row) => [cacheKey(row), row]));
        return keys.map((key) => byKey.get(cacheKey(key)) ?? null);
      },
      { cacheKeyFn: cacheKey },
    ),
);
