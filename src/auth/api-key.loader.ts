import { type ApiKeyRow, rowsOfActors } from '../actors/actor.loader.js';
import { mayLookUp } from '../conversations/met.loader.js';
import type { Context } from '../graphql/context.js';

export const apiKeysById = rowsOfActors('API_KEY');

/** An API key that the viewer may look up; null for all others. */
export async function findApiKey(context: Context, id: string): Promise<ApiKeyRow | null> {
  const key = await apiKeysById(context).load(id);
  return key && (await mayLookUp(context, key)) ? key : null;
}
