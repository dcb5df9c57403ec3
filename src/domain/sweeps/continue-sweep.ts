import { type SystemWork, transactAs, type WriteServices } from '../../unit-of-work/transaction.js';
import { releaseStep } from '../bots/release-step.js';
import { closeChannelStep } from '../channels/close-channel-step.js';
import { eraseContactStep } from '../contacts/erase-contact-step.js';
import { leaveContactStep } from '../contacts/leave-contact-step.js';
import { mergeStep } from '../contacts/merge-step.js';
import { unassignStep } from '../users/unassign-step.js';
import type { Step, Sweep, Task } from './sweep.js';

/** How long a request goes on with it before it leaves the rest to a worker. */
const PATIENCE_MS = 5_000;

/** Does a sweep to its end, one transaction for each step. Other writes take their turns between them. */
export async function finishSweep(services: WriteServices, sweep: Sweep, signal: AbortSignal): Promise<void> {
  for (let next: Task | null = sweep.task; next; ) {
    signal.throwIfAborted();
    next = (await takeStep(services, sweep, next)).next;
  }
}

/** How many conversations were changed, and whether some are still being changed. */
export type Progress = { changed: number; pending: boolean };

/**
 * Goes on with a sweep after the transaction that began it, as long as a client can be expected to wait. What is left then,
 * or if a step fails, the scheduled job does.
 */
export async function sweepOn(services: WriteServices, { by, ...begun }: Begun): Promise<Progress> {
  // More events follow than those of its first step, which a repeated call knows.
  if (begun.step.next && services.call) services.call.firstEventId = null;
  const patient = performance.now() + PATIENCE_MS;
  const { workspaceId } = begun;
  let { changed, next } = begun.step;
  while (next) {
    if (performance.now() > patient) return { changed, pending: true };
    const step: Step | null = await takeStep(services, { workspaceId, by }, next).catch(() => null);
    if (!step) return { changed, pending: true };
    changed += step.changed;
    next = step.next;
  }
  return { changed, pending: false };
}

/** A sweep whose first step was taken. */
type Begun = Pick<Sweep, 'workspaceId' | 'by'> & { step: Step };

async function takeStep(
  services: WriteServices,
  { workspaceId, by }: Pick<Sweep, 'workspaceId' | 'by'>,
  task: Task,
): Promise<Step> {
  return transactAs(services, workspaceId, by, (work) => stepOf(work, task));
}

function stepOf(work: SystemWork, task: Task): Promise<Step> {
  switch (task.kind) {
    case 'user':
      return unassignStep(work, task);
    case 'bot':
      return releaseStep(work, task);
    case 'channel':
      return closeChannelStep(work, task);
    case 'contact':
      return leaveContactStep(work, task);
    case 'erase':
      return eraseContactStep(work, task);
    case 'merge':
      return mergeStep(work, task);
  }
}
