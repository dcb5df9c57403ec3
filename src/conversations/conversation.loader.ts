import { loaderById } from '../db/row-loader.js';
import { NotFoundError } from '../errors.js';
import type { Conversation } from '../generated/prisma/client.js';
import type { Context } from '../graphql/context.js';
import { encodeId } from '../ids.js';
import { visibleTo } from './visibility.sql.js';

/** Loads conversations that the viewer may see; null for all others. */
export const conversationsById = loaderById<Conversation>(
  ({ database, viewer }, ids) => database.prisma.$queryRaw`
    SELECT c.* FROM "Conversation" c WHERE ${visibleTo(viewer)} AND c.id = ANY(${ids}::uuid[])`,
);

/** A conversation that the viewer may see; null for all others. */
export async function findConversation(context: Context, id: string): Promise<Conversation | null> {
  return conversationsById(context).load(id);
}

/** A conversation that the viewer may see; throws NotFoundError where there is none. */
export async function requireConversation(context: Context, id: string): Promise<Conversation> {
  const conversation = await findConversation(context, id);
  if (conversation) return conversation;
  throw new NotFoundError('conversation', encodeId('Conversation', id));
}
