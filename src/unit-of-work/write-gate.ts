import { createSemaphore, type Semaphore } from '../lib/async.js';

/** Runs a write of a workspace as soon as it may take a connection. */
export type WriteGate = <T>(workspaceId: string, write: () => Promise<T>) => Promise<T>;

/**
 * Creates the gate at which writes queue before they take a connection. Together they get three quarters of the pool,
 * so that connections remain for reads. One workspace gets a quarter of the pool, so that a busy one does not block
 * others.
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
