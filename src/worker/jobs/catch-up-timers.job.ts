import { z } from 'zod';
import { type Overdue, overdueToExpire, overdueToWake } from '../../domain/conversations/overdue-timers.sql.js';
import type { TimerPayload } from '../../domain/conversations/timers.js';
import type { WriteServices } from '../../unit-of-work/transaction.js';
import { defineJob, type JobContext } from '../job.js';
import { expireIfDue } from './expire-conversation.job.js';
import { wakeIfDue } from './wake-conversation.job.js';

/** So long the timers have for themselves. */
const PATIENCE_MS = 30_000;

/**
 * Does what no timer was set for, as of conversations that were written in bulk or before there were timers, and what a
 * timer has failed to do.
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
  const before = new Date(clock().getTime() - PATIENCE_MS);
  let batch = await read(database, before);
  while (batch.length > 0) {
    for (const overdue of batch) {
      signal.throwIfAborted();
      // One that fails must not hold up those behind it.
      await act(context, overdue).catch((err: unknown) => log.error({ err, ...idsOf(overdue) }, 'A timer failed'));
    }
    batch = await read(database, before, batch.at(-1));
  }
}

function idsOf({ workspaceId, conversationId }: Overdue): TimerPayload {
  return { workspaceId, conversationId };
}
