import type { SystemWork } from '../../unit-of-work/transaction.js';
import { lockActorForShare } from '../actors/actor.sql.js';
import {
  hasAssignedConversations,
  lockAssignedConversations,
} from '../conversations/lock-assigned-conversations.sql.js';
import type { Step, TaskOf } from '../sweeps/sweep.js';
import { releaseConversations } from './release-conversations.js';
import { transferConversations } from './transfer-conversations.js';

/**
 * Transfers some of the active conversations of a bot to its successor, or leaves them to the team if there is none. The
 * bot must be locked, or deactivated.
 */
export async function releaseSome(work: SystemWork, task: TaskOf<'bot'>): Promise<Step> {
  const { id, to, reason } = task;
  const actor = { type: 'BOT' as const, id };
  const conversations = await lockAssignedConversations(work, actor);
  const changed = to ? await transferConversations(work, id, conversations, { to, reason }) : 0;
  if (!to) await releaseConversations(work, id, conversations, reason);
  return { changed, next: (await hasAssignedConversations(work, actor)) ? task : null };
}

/** The next step after a deactivation. There is none if the bot is active again. */
export async function releaseStep(work: SystemWork, task: TaskOf<'bot'>): Promise<Step> {
  if (await lockActorForShare(work, { type: 'BOT', id: task.id })) return { changed: 0, next: null };
  const { to } = task;
  // A successor that was deactivated meanwhile can be given nothing more.
  return releaseSome(work, to && !(await lockActorForShare(work, to)) ? { ...task, to: null } : task);
}
