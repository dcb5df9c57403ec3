import DataLoader from 'dataloader';
import { anyIn, rowsOf } from '../../db/any-in.js';
import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import { isKnownTo, isPublic, placeSql } from '../../domain/messages/note.sql.js';
import type { Message } from '../../generated/prisma/client.js';
import { type Context, perOperation } from '../core/context.js';
import { loaderById } from '../core/row-loader.js';

/** Loads messages by id; null for those that the viewer may not see. */
export const messagesById = loaderById<Message>(
  ({ database, viewer }, ids) => database.lookUp`
    SELECT m.* FROM "Message" m
    JOIN "Conversation" c ON c."workspaceId" = m."workspaceId" AND c.id = m."conversationId"
    WHERE m."workspaceId" = ${viewer.workspaceId}::uuid AND m.id = ${anyIn(ids, 'uuid')}
      AND ${isKnownTo(viewer)} AND ${visibleTo(viewer)}`,
);

/** Finds a message by id; null if there is none that the viewer may see. */
export async function findMessage(context: Context, id: string): Promise<Message | null> {
  return messagesById(context).load(id);
}

/**
 * Loads the newest public messages of conversations that are not deleted. The caller must have checked that the viewer may see
 * the conversations. Reads one row of each, and those deleted after it.
 */
export const lastMessages = perOperation(
  ({ database, viewer }) =>
    new DataLoader<string, Message | null>(async (conversationIds) => {
      const rows = await database.lookUp<Message>`
        SELECT m.* FROM ${rowsOf(conversationIds, 'uuid')} AS k("conversationId")
        CROSS JOIN LATERAL (
          SELECT * FROM "Message" m
          WHERE m."workspaceId" = ${viewer.workspaceId}::uuid AND m."conversationId" = k."conversationId"
            AND m."deletedAt" IS NULL AND ${isPublic()}
          ORDER BY ${placeSql()} DESC LIMIT 1) m`;
      const byConversation = new Map(rows.map((row) => [row.conversationId, row]));
      return conversationIds.map((id) => byConversation.get(id) ?? null);
    }),
);
