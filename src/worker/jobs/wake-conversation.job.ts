import { changeConversation, lockAsSystem } from '../../domain/conversations/conversation.sql.js';
import { open } from '../../domain/conversations/status-transitions.js';
import {
  scheduleTimer,
  type TimerPayload,
  timerPayload,
  WAKE_CONVERSATION,
} from '../../domain/conversations/timers.js';
import { system } from '../../lib/actor-ref.js';
import { transactAsSystem, type WriteServices } from '../../unit-of-work/transaction.js';
import { defineJob } from '../job.js';

/** Opens a snoozed conversation at the end of its snooze. */
export const wakeConversation = defineJob({
  name: WAKE_CONVERSATION,
  payload: timerPayload,
  run: (payload, context) => wakeIfDue(context, payload),
});

/** Opens a conversation if its snooze is over. Reschedules the timer if the snooze was extended. */
export async function wakeIfDue(services: WriteServices, { workspaceId, conversationId }: TimerPayload): Promise<void> {
  await transactAsSystem(services, workspaceId, async (work) => {
    const row = await lockAsSystem(work, conversationId);
    if (row?.status !== 'SNOOZED' || !row.snoozedUntil) return;
    if (row.snoozedUntil > work.now) return scheduleTimer(work, WAKE_CONVERSATION, row.id, row.snoozedUntil);
    const { changes, event } = open(row, system, work.now);
    work.record(row, event);
    await changeConversation(work, row, changes);
  });
}
