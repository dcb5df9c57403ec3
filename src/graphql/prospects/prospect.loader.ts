import type { Prospect } from '../../generated/prisma/client.js';
import type { Context } from '../core/context.js';
import { mayLookUp } from '../core/lookup-access.loader.js';
import { rowLoader } from '../core/row-loader.js';

export const prospectsById = rowLoader<Prospect>('Prospect');

/** A prospect that the viewer may look up; null for all others. */
export async function findProspect(context: Context, id: string): Promise<Prospect | null> {
  const prospect = await prospectsById(context).load(id);
  return prospect && (await mayLookUp(context, prospect)) ? prospect : null;
}
