import { z } from 'zod';
import type { Conversation } from '../../generated/prisma/client.js';
import type { SystemWork } from '../../unit-of-work/transaction.js';

export const WAKE_CONVERSATION = 'wake-conversation';
export const EXPIRE_CONVERSATION = 'expire-conversation';

/** The payload of a conversation's timers. */
export const timerPayload = z.object({ workspaceId: z.uuid(), conversationId: z.uuid() });

export type TimerPayload = z.output<typeof timerPayload>;

type Timed = Pick<Conversation, 'snoozedUntil' | 'expiresAt'>;

/**
 * Schedules timers for times of a conversation that have changed. The timer of a cleared time stays; its job finds nothing
 * to do.
 */
export function scheduleTimers(work: SystemWork, before: Timed | null, after: Timed & Pick<Conversation, 'id'>): void {
  if (isNew(before?.snoozedUntil, after.snoozedUntil))
    scheduleTimer(work, WAKE_CONVERSATION, after.id, after.snoozedUntil);
  if (isNew(before?.expiresAt, after.expiresAt)) scheduleTimer(work, EXPIRE_CONVERSATION, after.id, after.expiresAt);
}

function isNew(before: Date | null | undefined, after: Date | null): after is Date {
  return after !== null && before?.getTime() !== after.getTime();
}

/** Schedules a timer of a conversation, and replaces its earlier timer of that name. */
export function scheduleTimer(work: SystemWork, name: string, conversationId: string, runAt: Date): void {
  const payload: TimerPayload = { workspaceId: work.workspaceId, conversationId };
  work.schedule({ name, payload, runAt, key: `${name}:${conversationId}` });
}
