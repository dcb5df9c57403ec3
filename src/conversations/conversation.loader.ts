import DataLoader from 'dataloader';
import { NotFoundError } from '../errors.js';
import type { Conversation } from '../generated/prisma/client.js';
import { type Context, perOperation } from '../graphql/context.js';
import { encodeId } from '../ids.js';
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

/** A conversation that the viewer may see; throws NotFoundError where there is none. */
export async function requireConversation(context: Context, id: string): Promise<Conversation> {
  const conversation = await conversationsById(context).load(id);
  if (conversation) return conversation;
  throw new NotFoundError('conversation', encodeId('Conversation', id));
}
