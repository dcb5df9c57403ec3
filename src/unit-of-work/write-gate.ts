import { createSemaphore, type Semaphore } from '../lib/async.js';

/** Lets a write of a workspace through when it may take a connection. */
export type WriteGate = <T>(workspaceId: string, write: () => Promise<T>) => Promise<T>;

/**
 * Writes queue here before they take a connection: all together get three quarters of the pool, so that reads keep a
 * reserve, and one workspace gets a quarter, so that a busy one does not hold up the others.
 */
export function createWriteGate(poolSize: number): WriteGate {
  const all = createSemaphore(Math.max(1, Math.floor((poolSize * 3) / 4)));
  const perWorkspace = Math.max(1, Math.floor(poolSize / 4));
  const workspaces = new Map<string, Semaphore>();
  return async (workspaceId, write) => {
    const gate = workspaces.get(workspaceId) ?? createSemaphore(perWorkspace);
    workspaces.set(workspaceId, gate);
    try {
      return await gate.run(() => all.run(write));
    } finally {
      if (gate.idle()) workspaces.delete(workspaceId);
    }
  };
}
