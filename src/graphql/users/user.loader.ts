import type { User } from '../../generated/prisma/client.js';
import { rowsOfActors } from '../actors/actor.loader.js';
import type { Context } from '../core/context.js';
import { mayLookUp } from '../core/lookup-access.loader.js';

export const usersById = rowsOfActors('USER');

/** A user that the viewer may look up; null for all others. */
export async function findUser(context: Context, id: string): Promise<User | null> {
  const user = await usersById(context).load(id);
  return user && (await mayLookUp(context, user)) ? user : null;
}
