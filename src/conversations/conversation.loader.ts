import DataLoader from 'dataloader';
import type { Conversation } from '../generated/prisma/client.js';
import { perOperation } from '../graphql/context.js';
import { visibleTo } from './visibility.sql.js';

/** Loads conversations that the viewer may see; null for all others. */
export const conversationsById = perOperation(
  ({ database, viewer }) =>
    new DataLoader<string, Conversation | null>(async (ids) => {
      const rows = await database.prisma.$queryRaw<Conversation[]>`
        SELECT c.* FROM "Conversation" c WHERE ${visibleTo(viewer)} AND c.id = ANY(${[...ids]}::uuid[])`;
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => byId.get(id) ?? null);
    }),
);
