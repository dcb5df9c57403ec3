import { changeConversation, lockAsSystem } from '../../domain/conversations/conversation.sql.js';
import { close } from '../../domain/conversations/status-transitions.js';
import {
  EXPIRE_CONVERSATION,
  scheduleTimer,
  type TimerPayload,
  timerPayload,
} from '../../domain/conversations/timers.js';
import { system } from '../../lib/actor-ref.js';
import { transactAsSystem, type WriteServices } from '../../unit-of-work/transaction.js';
import { defineJob } from '../job.js';

/** Closes a conversation at the end of its time to live. */
export const expireConversation = defineJob({
  name: EXPIRE_CONVERSATION,
  payload: timerPayload,
  run: (payload, context) => expireIfDue(context, payload),
});

/** Closes a conversation if its time to live is over. Reschedules the timer if the time was moved. */
export async function expireIfDue(
  services: WriteServices,
  { workspaceId, conversationId }: TimerPayload,
): Promise<void> {
  await transactAsSystem(services, workspaceId, async (work) => {
    const row = await lockAsSystem(work, conversationId);
    if (!row?.expiresAt || row.status === 'CLOSED') return;
    if (row.expiresAt > work.now) return scheduleTimer(work, EXPIRE_CONVERSATION, row.id, row.expiresAt);
    const { changes, event } = close(row, system, work.now, { resolution: 'EXPIRED' });
    work.record(row, event);
    await changeConversation(work, row, changes);
  });
}
