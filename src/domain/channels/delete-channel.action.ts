import { ConflictError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { input, type Parsed, withDefault } from '../../lib/input.js';
import { flag } from '../../lib/rules.js';
import { transactOnce } from '../../unit-of-work/once.js';
import { plainOutcome } from '../../unit-of-work/outcome.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { sweepOn } from '../sweeps/continue-sweep.js';
import { type Step, scheduleSweep } from '../sweeps/sweep.js';
import { countActiveConversations, lockActiveConversations, lockChannel } from './channel.sql.js';
import { channelIdField } from './channel-fields.js';
import { closeChannelStep } from './close-channel-step.js';

export const deleteChannelInput = input('DeleteChannelInput', 'The channel to delete.', {
  ...channelIdField,
  force: withDefault(flag, false, 'Whether to close conversations that are not CLOSED, instead of failing.'),
});

export type DeletedChannel = { deletedChannelId: string; closedCount: number; pending: boolean };

/**
 * Deletes a channel. Its row stays, so that its conversations still show where they took place. `force` closes
 * conversations that are not closed; of many, some after the channel is deleted.
 * @throws {ConflictError} if conversations are not closed and `force` is false
 */
export async function deleteChannel(
  context: ActionContext,
  { channelId, force }: Parsed<typeof deleteChannelInput>,
): Promise<DeletedChannel> {
  const step = await transactOnce(context, plainOutcome<Step>(), async (work) => {
    await lockActiveConversations(work, channelId);
    await lockChannel(work, channelId);
    // Starting a conversation takes a share lock on its channel. Conversations started while this waited for that row are
    // found here, and no more can follow.
    const count = force ? 0 : await countActiveConversations(work, channelId);
    if (count > 0) {
      throw new ConflictError(
        `The channel has active conversations (${count}). Close them first, or pass force: true.`,
      );
    }
    const first = await closeChannelStep(work, { kind: 'channel', id: channelId });
    await work.tx.channel.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: channelId } },
      data: { externalId: null, status: 'INACTIVE', deletedAt: work.now, updatedAt: work.now },
    });
    work.recordChange(channelId, { type: 'channel.deleted', payload: {} });
    work.audit({ action: 'channel.deleted', targetId: channelId });
    scheduleSweep(work, context.viewer.actor, first);
    return first;
  });
  const { workspaceId, actor: by } = context.viewer;
  const { changed, pending } = await sweepOn(context, { workspaceId, by, step });
  return { deletedChannelId: encodeId('Channel', channelId), closedCount: changed, pending };
}
