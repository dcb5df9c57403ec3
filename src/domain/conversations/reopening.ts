import type { Conversation } from '../../generated/prisma/client.js';
import { type ActorRef, actorId, type SystemRef } from '../../lib/actor-ref.js';
import { ConflictError } from '../../lib/errors.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { lockActorForShare } from '../actors/actor.sql.js';
import { lockChannelUnlessDeleted } from '../channels/channel.sql.js';
import { assigneeOf, assignmentChanges } from './assign.js';
import type { ConversationChanges } from './conversation.sql.js';

/**
 * The changes besides the status when a locked conversation is reopened: an assignee that was deactivated in the meantime
 * is removed, a deactivated bot becomes inactive, and an expiry in the past is cleared. Records the events of these
 * changes. Throws ConflictError if the channel was deleted.
 */
export async function changesOfReopening(
  work: Work,
  row: Conversation,
  by: ActorRef | SystemRef = work.viewer.actor,
): Promise<ConversationChanges> {
  if (row.status !== 'CLOSED') return {};
  if (row.channelId && !(await lockChannelUnlessDeleted(work, row.channelId))) {
    throw new ConflictError(
      'The channel of the conversation was deleted, so the conversation cannot be reopened.',
      row.id,
    );
  }
  const assignee = assigneeOf(row);
  const formerAssignee = assignee && !(await lockActorForShare(work, assignee)) ? assignee : null;
  const botDeactivated = row.botActive && row.botId && !(await lockActorForShare(work, { type: 'BOT', id: row.botId }));
  if (formerAssignee) {
    const payload = { from: actorId(formerAssignee), to: null, note: null };
    work.record(row, { type: 'conversation.assigned', payload }, by);
  }
  if (botDeactivated) {
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
    ...(formerAssignee ? assignmentChanges(null, by, work.now, null) : {}),
    ...(botDeactivated ? { botActive: false } : {}),
  };
}
