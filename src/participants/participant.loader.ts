import DataLoader from 'dataloader';
import { visibleTo } from '../conversations/visibility.sql.js';
import type { Participant } from '../generated/prisma/client.js';
import { perOperation } from '../graphql/context.js';

/** Loads participants of conversations that the viewer may see; null for all others. */
export const participantsById = perOperation(
  ({ database, viewer }) =>
    new DataLoader<string, Participant | null>(async (ids) => {
      const rows = await database.prisma.$queryRaw<Participant[]>`
        SELECT p.* FROM "Participant" p
        JOIN "Conversation" c ON c."workspaceId" = p."workspaceId" AND c.id = p."conversationId"
        WHERE p."workspaceId" = ${viewer.workspaceId}::uuid AND p.id = ANY(${[...ids]}::uuid[]) AND ${visibleTo(viewer)}`;
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => byId.get(id) ?? null);
    }),
);
