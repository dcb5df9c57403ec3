import { ConflictError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { input, type Parsed, withDefault } from '../../lib/input.js';
import { flag } from '../../lib/rules.js';
import { type ActionContext, transact, type Work } from '../../unit-of-work/transaction.js';
import { advanceVersions } from '../conversations/conversation.sql.js';
import { close } from '../conversations/status-transitions.js';
import { type ActiveConversation, lockActiveConversations, lockChannel } from './channel.sql.js';
import { channelIdField } from './channel-fields.js';

const REASON = 'Channel deleted';

export const deleteChannelInput = input('DeleteChannelInput', 'The channel to delete.', {
  ...channelIdField,
  force: withDefault(flag, false, 'Whether to close conversations that are not CLOSED, instead of failing.'),
});

export type DeletedChannel = { deletedChannelId: string; closedCount: number };

/**
 * Deletes a channel. Its row stays, so that its conversations still show where they took place. `force` closes
 * conversations that are not closed.
 * @throws {ConflictError} if conversations are not closed and `force` is false
 */
export async function deleteChannel(
  context: ActionContext,
  { channelId, force }: Parsed<typeof deleteChannelInput>,
): Promise<DeletedChannel> {
  return transact(context, async (work) => {
    await lockActiveConversations(work, channelId);
    await lockChannel(work, channelId);
    // Starting a conversation takes a share lock on its channel. Conversations started while this waited for that row are
    // found here, and no more can follow.
    const active = await lockActiveConversations(work, channelId);
    if (active.length > 0 && !force) {
      throw new ConflictError(
        `The channel has active conversations (${active.length}). Close them first, or pass force: true.`,
      );
    }
    await closeAll(work, channelId, active);
    await work.tx.channel.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: channelId } },
      data: { externalId: null, status: 'INACTIVE', deletedAt: work.now, updatedAt: work.now },
    });
    return { deletedChannelId: encodeId('Channel', channelId), closedCount: active.length };
  });
}

async function closeAll(work: Work, channelId: string, active: ActiveConversation[]): Promise<void> {
  const { tx, workspaceId, viewer, now, record } = work;
  await advanceVersions(
    work,
    active.map(({ id }) => id),
  );
  const { changes } = close({ status: 'OPEN' }, viewer.actor, now, { reason: REASON });
  await tx.conversation.updateMany({ where: { workspaceId, channelId, status: { not: 'CLOSED' } }, data: changes });
  for (const conversation of active) {
    record(conversation, close(conversation, viewer.actor, now, { reason: REASON }).event);
  }
}
