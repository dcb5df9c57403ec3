import { eraseConversations } from '../../erasure/deliveries.sql.js';
import type { SystemWork } from '../../unit-of-work/transaction.js';
import { closeMany } from '../conversations/close-many.js';
import type { Step, TaskOf } from '../sweeps/sweep.js';
import type { MergedConversation } from './merge-contacts.sql.js';
import { mergeConversations } from './merge-conversations.js';
import { lockContested, lockSomeOf, lockSurvivor, moveEvents } from './merge-step.sql.js';

/** Moves some of the conversations of merged contacts to the survivor, and at the end the events that are left. */
export async function mergeStep(work: SystemWork, task: TaskOf<'merge'>): Promise<Step> {
  const { from } = task;
  const conversations = await lockSomeOf(work, from);
  // By now it may be merged into another contact itself, or deleted.
  const { id: to, deletedAt } = await lockSurvivor(work, task.id);
  if (conversations.length === 0) return { changed: 0, next: (await moveEvents(work, from, to)) ? null : task };
  const moving = deletedAt ? await closed(work, conversations, from) : conversations;
  // One that was reopened since the merge gives way to one of the survivor, or the other way round.
  const reopened = moving.some(({ exclusive, status }) => exclusive && status !== 'CLOSED');
  const contested = reopened ? await lockContested(work, [to]) : [];
  await eraseConversations(
    work,
    moving.map(({ id }) => id),
  );
  await mergeConversations(work, [...moving, ...contested], { from, to, closeDuplicates: true });
  return { changed: moving.length, next: task };
}

/** Closes those that the contacts have, since the contact they get is deleted. */
async function closed(
  work: SystemWork,
  conversations: MergedConversation[],
  from: readonly string[],
): Promise<MergedConversation[]> {
  const active = conversations.filter(
    ({ contactId, status }) => contactId !== null && from.includes(contactId) && status !== 'CLOSED',
  );
  await closeMany(work, active, { reason: 'Contact deleted' });
  return conversations.map((row) => (active.includes(row) ? { ...row, status: 'CLOSED' } : row));
}
