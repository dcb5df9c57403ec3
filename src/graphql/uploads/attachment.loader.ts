import DataLoader from 'dataloader';
import { anyIn } from '../../db/any-in.js';
import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import { isKnownTo } from '../../domain/messages/note.sql.js';
import type { Upload } from '../../generated/prisma/client.js';
import { groupBy } from '../../lib/collections.js';
import { type Context, perOperation } from '../core/context.js';
import { loaderById } from '../core/row-loader.js';

/** Loads attachments by id; null for those of messages that the viewer may not see. */
const attachmentsById = loaderById<Upload>(
  ({ database, viewer }, ids) => database.lookUp`
    SELECT u.* FROM "Upload" u
    JOIN "Message" m ON m."workspaceId" = u."workspaceId" AND m.id = u."messageId"
    JOIN "Conversation" c ON c."workspaceId" = m."workspaceId" AND c.id = m."conversationId"
    WHERE u."workspaceId" = ${viewer.workspaceId}::uuid AND u.id = ${anyIn(ids, 'uuid')}
      AND ${isKnownTo(viewer)} AND ${visibleTo(viewer)}`,
);

/** Finds an attachment by id; null if there is none that the viewer may see. */
export async function findAttachment(context: Context, id: string): Promise<Upload | null> {
  return attachmentsById(context).load(id);
}

/** Loads the attachments of messages, in order. The caller must have checked that the viewer may see the messages. */
export const attachmentsOf = perOperation(
  ({ database, viewer }) =>
    new DataLoader<string, Upload[]>(async (messageIds) => {
      const rows = await database.lookUp<Upload & { messageId: string }>`
        SELECT * FROM "Upload"
        WHERE "workspaceId" = ${viewer.workspaceId}::uuid AND "messageId" = ${anyIn(messageIds, 'uuid')}
        ORDER BY position`;
      const byMessage = groupBy(rows, ({ messageId }) => messageId);
      return messageIds.map((id) => byMessage.get(id) ?? []);
    }),
);
