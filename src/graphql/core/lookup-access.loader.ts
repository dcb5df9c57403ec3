import DataLoader from 'dataloader';
import { anyIn } from '../../db/any-in.js';
import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import { type Context, perOperation } from './context.js';

/** Loads whether users, bots, contacts and channels take part in a conversation that the viewer may see. */
const sharesConversation = perOperation(
  ({ database, viewer }) =>
    new DataLoader<string, boolean>(async (ids) => {
      const rows = await database.lookUp<{ id: string }>`
        SELECT p."actorId" AS id FROM "Participant" p
        JOIN "Conversation" c ON c."workspaceId" = p."workspaceId" AND c.id = p."conversationId"
        WHERE ${visibleTo(viewer)} AND p."actorId" = ${anyIn(ids, 'uuid')}
        UNION
        SELECT c."channelId" FROM "Conversation" c
        WHERE ${visibleTo(viewer)} AND c."channelId" = ${anyIn(ids, 'uuid')}`;
      const shared = new Set(rows.map(({ id }) => id));
      return ids.map((id) => shared.has(id));
    }),
);

/**
 * Whether the viewer may look up a user, bot, contact or channel. A contact may look up itself and those in its
 * conversations.
 */
export async function mayLookUp(context: Context, { id }: { id: string }): Promise<boolean> {
  const { kind, actor } = context.viewer;
  return kind !== 'CONTACT' || id === actor.id || sharesConversation(context).load(id);
}
