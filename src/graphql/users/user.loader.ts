import type { User } from '../../generated/prisma/client.js';
import { rowsOfActors } from '../actors/actor.loader.js';
import type { Context } from '../core/context.js';
import { mayLookUp } from '../core/lookup-access.loader.js';

export const usersById = rowsOfActors('USER');

/** A user; null if there is none or the viewer may not look it up. */
export async function findUser(context: Context, id: string): Promise<User | null> {
  const user = await usersById(context).load(id);
  return user && (await mayLookUp(context, user)) ? user : null;
}
