import { type ApiKeyRow, rowsOfActors } from '../actors/actor.loader.js';
import type { Context } from '../core/context.js';
import { mayLookUp } from '../core/lookup-access.loader.js';

export const apiKeysById = rowsOfActors('API_KEY');

/** Returns the API key unless the viewer may not look it up; then null. */
export async function findApiKey(context: Context, id: string): Promise<ApiKeyRow | null> {
  const key = await apiKeysById(context).load(id);
  return key && (await mayLookUp(context, key)) ? key : null;
}
