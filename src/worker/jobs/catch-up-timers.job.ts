import { z } from 'zod';
import { type Overdue, overdueToExpire, overdueToWake } from '../../domain/conversations/overdue-timers.sql.js';
import type { TimerPayload } from '../../domain/conversations/timers.js';
import type { WriteServices } from '../../unit-of-work/transaction.js';
import { defineJob, type JobContext } from '../job.js';
import { expireIfDue } from './expire-conversation.job.js';
import { wakeIfDue } from './wake-conversation.job.js';

/** How long overdue timers are left to their own jobs. */
const GRACE_MS = 30_000;

/**
 * Wakes and expires overdue conversations that have no timer, such as conversations written in bulk, and those whose
 * timer has failed.
 */
export const catchUpTimers = defineJob({
  name: 'catch-up-timers',
  cron: '* * * * *',
  payload: z.object({}),
  run: async (_payload, context) => {
    await catchUp(context, overdueToWake, wakeIfDue);
    await catchUp(context, overdueToExpire, expireIfDue);
  },
});

async function catchUp(
  context: JobContext,
  read: typeof overdueToWake,
  act: (services: WriteServices, timer: TimerPayload) => Promise<void>,
): Promise<void> {
  const { database, clock, signal, log } = context;
  const before = new Date(clock().getTime() - GRACE_MS);
  let batch = await read(database, before);
  while (batch.length > 0) {
    for (const overdue of batch) {
      signal.throwIfAborted();
      // One failure must not block the others.
      await act(context, overdue).catch((err: unknown) =>
        log.error({ err, ...idsOf(overdue) }, 'Could not wake or expire a conversation'),
      );
    }
    batch = await read(database, before, batch.at(-1));
  }
}

function idsOf({ workspaceId, conversationId }: Overdue): TimerPayload {
  return { workspaceId, conversationId };
}
