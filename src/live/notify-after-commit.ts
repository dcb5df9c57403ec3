import type { Doorbell } from './notifier/notifier.js';

/** Tells of new events after a commit; those of one moment are told together. */
export type Ring = (workspaceId: string) => void;

/** Rings this process' own tail at once, and the other processes' by the doorbell, once per turn of the event loop. */
export function createRinger(doorbell: Doorbell, ownTail: Ring): Ring {
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
