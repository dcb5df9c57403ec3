import { z } from 'zod';
import type { Channel } from '../../generated/prisma/client.js';
import { ChannelStatus } from '../../generated/prisma/enums.js';
import { externalId, id, parse, text } from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { assertExternalIdFree, lockChannel } from './channel.sql.js';
import { reopenWithinSeconds } from './channel-fields.js';

const updateChannelInput = z.object({
  channelId: id('Channel'),
  name: text(255).optional(),
  status: z.enum(ChannelStatus, 'Must be a status; null is not allowed here.').optional(),
  externalId: externalId.optional(),
  allowMany: z.boolean('Must be true or false; null is not allowed here.').optional(),
  reopenWithinSeconds: reopenWithinSeconds.optional(),
});

/** Changes a channel; an externalId that another has is a ConflictError. */
export async function updateChannel(context: ActionContext, input: unknown): Promise<Channel> {
  const { channelId, ...fields } = parse(updateChannelInput, input);
  return transact(context, async (work) => {
    await lockChannel(work, channelId);
    if (fields.externalId !== undefined) await assertExternalIdFree(work, fields.externalId, channelId);
    return work.tx.channel.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: channelId } },
      data: { ...fields, updatedAt: work.now },
    });
  });
}
