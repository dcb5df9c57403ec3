import type { SystemWork } from '../../unit-of-work/transaction.js';
import { closeMany } from '../conversations/close-many.js';
import type { Step, TaskOf } from '../sweeps/sweep.js';
import { countActiveConversations, lockActiveConversations } from './channel.sql.js';

/** Closes some of the active conversations on a channel that must be locked, or deleted. */
export async function closeChannelStep(work: SystemWork, task: TaskOf<'channel'>): Promise<Step> {
  const active = await lockActiveConversations(work, task.id);
  await closeMany(work, active, { reason: 'Channel deleted' });
  return { changed: active.length, next: (await countActiveConversations(work, task.id)) > 0 ? task : null };
}
