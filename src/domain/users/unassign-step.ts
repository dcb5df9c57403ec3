import { actorId } from '../../lib/actor-ref.js';
import type { SystemWork } from '../../unit-of-work/transaction.js';
import { lockActorForShare } from '../actors/actor.sql.js';
import { assignmentChanges } from '../conversations/assign.js';
import { changeConversations } from '../conversations/conversation.sql.js';
import {
  hasAssignedConversations,
  lockAssignedConversations,
} from '../conversations/lock-assigned-conversations.sql.js';
import type { Step, TaskOf } from '../sweeps/sweep.js';

/** Unassigns some of the active conversations of a user who must be locked, or deactivated. */
export async function unassignSome(work: SystemWork, task: TaskOf<'user'>): Promise<Step> {
  const { by, now, record } = work;
  const actor = { type: 'USER' as const, id: task.id };
  const conversations = await lockAssignedConversations(work, actor);
  const ids = conversations.map(({ id }) => id);
  await changeConversations(work, ids, assignmentChanges(null, by, now, null));
  const payload = { from: actorId(actor), to: null, note: null };
  for (const conversation of conversations) record(conversation, { type: 'conversation.assigned', payload });
  return { changed: ids.length, next: (await hasAssignedConversations(work, actor)) ? task : null };
}

/** The next step after a deactivation. There is none if the user is active again. */
export async function unassignStep(work: SystemWork, task: TaskOf<'user'>): Promise<Step> {
  const active = await lockActorForShare(work, { type: 'USER', id: task.id });
  return active ? { changed: 0, next: null } : unassignSome(work, task);
}
