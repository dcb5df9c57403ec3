import type { Notify } from '../unit-of-work/transaction.js';
import type { Doorbell } from './notifier/notifier.js';

/** Rings this process' own tail at once, and the other processes' by the doorbell, once per turn of the event loop. */
export function createRinger(doorbell: Doorbell, ownTail: Notify): Notify {
  const waiting = new Set<string>();
  const flush = () => {
    const workspaceIds = [...waiting];
    waiting.clear();
    doorbell.send({ type: 'ring', workspaceIds });
  };
  return (workspaceId) => {
    ownTail(workspaceId);
    if (waiting.size === 0) setImmediate(flush);
    waiting.add(workspaceId);
  };
}
