import type { SystemWork } from '../../unit-of-work/transaction.js';
import { deleteLocked } from '../conversations/delete-locked.js';
import { eraseAsDeleted } from '../conversations/deleted-messages.sql.js';
import { eraseProspectsOf } from '../prospects/erase-prospects.js';
import type { Step, TaskOf } from '../sweeps/sweep.js';
import { releaseUploadsOfMessage } from '../uploads/upload.sql.js';
import { clearMessage, eraseFailuresWith, lockSomeMessagesBy, lockSomeOwn } from './erase-contact.sql.js';

/**
 * Erases some of the conversations of a contact that must be locked, or erased; once there are none, some of the messages
 * that it wrote in conversations of others; and then what webhooks sent about those. What is left is found anew each time.
 */
export async function eraseContactStep(work: SystemWork, task: TaskOf<'erase'>): Promise<Step> {
  const own = await lockSomeOwn(work, task.id);
  if (own.length > 0) {
    await eraseProspectsOf(work, own);
    await eraseFailuresWith(
      work,
      own.flatMap(({ externalId }) => externalId ?? []),
    );
    for (const conversation of own) await deleteLocked(work, conversation, true);
    return { changed: own.length, next: task };
  }
  const written = await lockSomeMessagesBy(work, task.id);
  if (!written) return { changed: 0, next: { kind: 'contact', id: task.id, after: null } };
  for (const { message, conversation } of written) {
    await releaseUploadsOfMessage(work, message.id);
    if (!message.deletedAt) {
      await eraseAsDeleted(work, message);
      work.record(conversation, { type: 'message.updated', payload: { messageId: message.id, status: null } });
    }
    await clearMessage(work, message.id);
  }
  return { changed: 0, next: task };
}
