import { eraseConversations } from '../../erasure/deliveries.sql.js';
import type { SystemWork } from '../../unit-of-work/transaction.js';
import { closeMany } from '../conversations/close-many.js';
import type { Step, TaskOf } from '../sweeps/sweep.js';
import { lockConversationsWith } from './delete-contact.sql.js';

/**
 * Closes some of the active conversations of a contact that must be locked, or deleted, and erases what webhooks sent about
 * them and others that the contact was in. Goes through them by id, since what is erased cannot be told from the rest.
 */
export async function leaveContactStep(work: SystemWork, task: TaskOf<'contact'>): Promise<Step> {
  const { last, conversations } = await lockConversationsWith(work, task.id, task.after);
  const active = conversations.filter(({ contactId, status }) => contactId === task.id && status !== 'CLOSED');
  await closeMany(work, active, { reason: 'Contact deleted' });
  await eraseConversations(
    work,
    conversations.map(({ id }) => id),
  );
  return { changed: active.length, next: last ? { ...task, after: last } : null };
}
