import type { Channel } from '../../generated/prisma/client.js';
import type { Context } from '../core/context.js';
import { mayLookUp } from '../core/lookup-access.loader.js';
import { rowLoader } from '../core/row-loader.js';

export const channelsById = rowLoader<Channel>('Channel');

/** A channel; null if there is none, it was deleted, or the viewer may not look it up. */
export async function findChannel(context: Context, id: string): Promise<Channel | null> {
  const channel = await channelsById(context).load(id);
  return channel && !channel.deletedAt && (await mayLookUp(context, channel)) ? channel : null;
}
