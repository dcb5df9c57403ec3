import { z } from 'zod';
import { ConflictError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { id, parse } from '../../lib/validation.js';
import { type ActionContext, transact, type Work } from '../../unit-of-work/transaction.js';
import { raiseVersions } from '../conversations/raise-versions.sql.js';
import { close } from '../conversations/status-transitions.js';
import { type ActiveConversation, lockActiveOn, lockChannel } from './channel.sql.js';

const REASON = 'Channel deleted';

const deleteChannelInput = z.object({ channelId: id('Channel'), force: z.boolean() });

export type DeletedChannel = { deletedChannelId: string; closedCount: number };

/**
 * Deletes a channel: the row stays, so that its conversations still say where they took place. One where conversations
 * are not closed is refused, unless forced: then they are closed.
 */
export async function deleteChannel(context: ActionContext, input: unknown): Promise<DeletedChannel> {
  const { channelId, force } = parse(deleteChannelInput, input);
  return transact(context, async (work) => {
    await lockActiveOn(work, channelId);
    await lockChannel(work, channelId);
    // Also those that began while this waited for the channel, which whoever begins one holds: from here on nobody can.
    const active = await lockActiveOn(work, channelId);
    if (active.length > 0 && !force) {
      throw new ConflictError(
        `${active.length} conversations of the channel are not closed. Close them first, or pass force: true.`,
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
  await raiseVersions(
    work,
    active.map(({ id }) => id),
  );
  const { changes } = close({ status: 'OPEN' }, viewer.actor, now, { reason: REASON });
  await tx.conversation.updateMany({ where: { workspaceId, channelId, status: { not: 'CLOSED' } }, data: changes });
  for (const conversation of active) {
    record(conversation, close(conversation, viewer.actor, now, { reason: REASON }).event);
  }
}
