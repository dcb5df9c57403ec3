import type { Bot } from '../../generated/prisma/client.js';
import { rowsOfActors } from '../actors/actor.loader.js';
import type { Context } from '../core/context.js';
import { mayLookUp } from '../core/lookup-access.loader.js';

export const botsById = rowsOfActors('BOT');

/** A bot; null if there is none or the viewer may not look it up. */
export async function findBot(context: Context, id: string): Promise<Bot | null> {
  const bot = await botsById(context).load(id);
  return bot && (await mayLookUp(context, bot)) ? bot : null;
}
