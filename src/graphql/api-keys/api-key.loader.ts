import { type ApiKeyRow, rowsOfActors } from '../actors/actor.loader.js';
import type { Context } from '../core/context.js';
import { mayLookUp } from '../core/lookup-access.loader.js';

export const apiKeysById = rowsOfActors('API_KEY');

/** An API key that the viewer may look up; null for all others. */
export async function findApiKey(context: Context, id: string): Promise<ApiKeyRow | null> {
  const key = await apiKeysById(context).load(id);
  return key && (await mayLookUp(context, key)) ? key : null;
}
