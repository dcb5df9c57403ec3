import { anyIn } from '../../db/any-in.js';
import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import type { Conversation } from '../../generated/prisma/client.js';
import { NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import type { Context } from '../core/context.js';
import { heldRows } from '../core/held-rows.js';
import { loaderById } from '../core/row-loader.js';

/** Loads conversations that the viewer may see; null for others. */
export const conversationsById = loaderById<Conversation>(
  ({ database, viewer }, ids) => database.lookUp`
    SELECT c.* FROM "Conversation" c WHERE ${visibleTo(viewer)} AND c.id = ${anyIn(ids, 'uuid')}`,
);

/** Returns a conversation; null if there is none with this id that the viewer may see. */
export async function findConversation(context: Context, id: string): Promise<Conversation | null> {
  return conversationsById(context).load(id);
}

/** Returns a conversation. Throws NotFoundError if there is none with this id that the viewer may see. */
export async function requireConversation(context: Context, id: string): Promise<Conversation> {
  const conversation = await findConversation(context, id);
  if (conversation) return conversation;
  throw new NotFoundError('conversation', encodeId('Conversation', id));
}

const held = heldRows<Conversation>();

/** Keeps a conversation that an action had locked, for the payload of its mutation. */
export const holdConversation = held.hold;

/** The conversation of something that is shown: as it is, or if it is gone by now, as a mutation has just held it. */
export async function requireShownConversation(context: Context, id: string): Promise<Conversation> {
  const conversation = (await findConversation(context, id)) ?? held.find(context, id);
  return conversation ?? requireConversation(context, id);
}
