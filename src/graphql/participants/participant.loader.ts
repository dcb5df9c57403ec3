import { anyIn } from '../../db/any-in.js';
import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import type { Participant } from '../../generated/prisma/client.js';
import type { Context } from '../core/context.js';
import { loaderById } from '../core/row-loader.js';

/** Loads participants of conversations that the viewer may see; null for others. */
export const participantsById = loaderById<Participant>(
  ({ database, viewer }, ids) => database.lookUp`
    SELECT p.* FROM "Participant" p
    JOIN "Conversation" c ON c."workspaceId" = p."workspaceId" AND c.id = p."conversationId"
    WHERE p."workspaceId" = ${viewer.workspaceId}::uuid AND p.id = ${anyIn(ids, 'uuid')} AND ${visibleTo(viewer)}`,
);

/** Returns a participant; null if there is none with this id that the viewer may see. */
export async function findParticipant(context: Context, id: string): Promise<Participant | null> {
  return participantsById(context).load(id);
}
