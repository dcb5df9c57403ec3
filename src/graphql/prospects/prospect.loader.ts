import type { Prospect } from '../../generated/prisma/client.js';
import type { Context } from '../core/context.js';
import { mayLookUp } from '../core/lookup-access.loader.js';
import { rowLoader } from '../core/row-loader.js';

export const prospectsById = rowLoader<Prospect>('Prospect');

/** Returns the prospect unless the viewer may not look it up; then null. */
export async function findProspect(context: Context, id: string): Promise<Prospect | null> {
  const prospect = await prospectsById(context).load(id);
  return prospect && (await mayLookUp(context, prospect)) ? prospect : null;
}
