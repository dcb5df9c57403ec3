import type { Conversation } from '../../generated/prisma/client.js';
import { type ActorRef, actorId, type SystemRef } from '../../lib/actor-ref.js';
import { ConflictError } from '../../lib/errors.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { holdIfActive } from '../actors/share-lock-actor.sql.js';
import { assignmentChanges } from './assign.js';
import { assigneeOf } from './assignee.js';
import type { ConversationChanges } from './conversation.sql.js';

/**
 * What opening a locked conversation changes besides its status: an assignee or a bot that was deactivated while it was
 * closed is taken off, and so is a time to live that is over; the log says so. Throws ConflictError where its channel was
 * deleted.
 */
export async function changesOfReopening(
  work: Work,
  row: Conversation,
  by: ActorRef | SystemRef = work.viewer.actor,
): Promise<ConversationChanges> {
  if (row.status !== 'CLOSED') return {};
  if (row.channelId) await assertChannelIsKept(work, row.channelId);
  const assignee = assigneeOf(row);
  const unassigned = assignee && !(await holdIfActive(work, assignee)) ? assignee : null;
  const botGone = row.botActive && row.botId && !(await holdIfActive(work, { type: 'BOT', id: row.botId }));
  if (unassigned) {
    const payload = { from: actorId(unassigned), to: null, note: null };
    work.record(row, { type: 'conversation.assigned', payload }, by);
  }
  if (botGone) {
    const changes = [{ field: 'botActive', from: true, to: false }];
    work.record(row, { type: 'conversation.updated', payload: { changes } }, by);
  }
  const expired = row.expiresAt && row.expiresAt <= work.now;
  if (expired) {
    const changes = [{ field: 'expiresAt', from: row.expiresAt, to: null }];
    work.record(row, { type: 'conversation.updated', payload: { changes } }, by);
  }
  return {
    ...(expired ? { expiresAt: null } : {}),
    ...(unassigned ? assignmentChanges(null, by, work.now, null) : {}),
    ...(botGone ? { botActive: false } : {}),
  };
}

async function assertChannelIsKept({ tx, workspaceId }: Work, channelId: string): Promise<void> {
  const [channel] = await tx.$queryRaw<{ deletedAt: Date | null }[]>`
    SELECT "deletedAt" FROM "Channel" WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${channelId}::uuid FOR SHARE`;
  if (channel?.deletedAt) throw new ConflictError('The channel of the conversation was deleted; it stays closed.');
}
