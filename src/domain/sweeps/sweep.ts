import { z } from 'zod';
import type { ActorRef } from '../../lib/actor-ref.js';
import type { SystemWork } from '../../unit-of-work/transaction.js';

/**
 * How many conversations one transaction changes at most. Their locks, and that of the log's head at its end, are held for
 * a fraction of a second, however many conversations there are.
 */
export const STEP = 500;

export const CONTINUE_SWEEP = 'continue-sweep';

/** When a worker looks whether a request has left something to do, which is later than requests take. */
const TAKE_OVER_AFTER_MS = 15_000;

const assignee = z.object({ type: z.enum(['USER', 'BOT']), id: z.uuid() });

/** Something to do to many conversations, step by step. What is left can be found again at any time. */
const task = z.discriminatedUnion('kind', [
  /** Unassigns the conversations of a deactivated user. */
  z.object({ kind: z.literal('user'), id: z.uuid() }),
  /** Transfers or unassigns the conversations of a deactivated bot. */
  z.object({ kind: z.literal('bot'), id: z.uuid(), to: assignee.nullable(), reason: z.string().nullable() }),
  /** Closes the conversations on a deleted channel. */
  z.object({ kind: z.literal('channel'), id: z.uuid() }),
  /** Closes the conversations of a deleted contact, and erases what webhooks sent about those it was in. */
  z.object({ kind: z.literal('contact'), id: z.uuid(), after: z.uuid().nullable() }),
  /** Erases the conversations of an erased contact, and what it wrote in others. */
  z.object({ kind: z.literal('erase'), id: z.uuid() }),
  /** Moves the conversations of contacts that were merged into another one. */
  z.object({ kind: z.literal('merge'), id: z.uuid(), from: z.array(z.uuid()) }),
]);

export type Task = z.output<typeof task>;
export type TaskOf<Kind extends Task['kind']> = Extract<Task, { kind: Kind }>;

/** A task, and on whose behalf it is done. The payload of the job that continues it. */
export const sweep = z.object({
  workspaceId: z.uuid(),
  by: z.object({ type: z.enum(['USER', 'BOT', 'CONTACT', 'API_KEY']), id: z.uuid() }),
  task,
});

export type Sweep = z.output<typeof sweep>;

/** What one step did: how many conversations it changed, and what is left to do; null if nothing is. */
export type Step = { changed: number; next: Task | null };

/** Has a worker do what the request leaves undone, even if its process ends. */
export function scheduleSweep({ workspaceId, now, schedule }: SystemWork, by: ActorRef, { next }: Step): void {
  if (!next) return;
  const payload: Sweep = { workspaceId, by, task: next };
  const runAt = new Date(now.getTime() + TAKE_OVER_AFTER_MS);
  schedule({ name: CONTINUE_SWEEP, payload, runAt, key: `${CONTINUE_SWEEP}:${next.kind}:${next.id}` });
}
