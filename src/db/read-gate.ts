import { createSemaphore, type Semaphore } from '../lib/async.js';

/** Whose read a statement is. */
export type Reader = {
  workspaceId: string;
  callerId: string;
  /** Aborts when nobody waits for what is read any more. */
  signal?: AbortSignal;
  /** Called before each read. Throws if it must not take place. */
  beforeRead?: () => void;
};

/** Runs a read as soon as its caller may take a connection. */
export type ReadGate = <T>(reader: Reader, read: () => Promise<T>) => Promise<T>;

/**
 * Creates the gate at which the reads of callers queue before they take a connection: a caller gets a third of the pool,
 * a workspace half of it, and all together three quarters, so that authentication, readiness and others never wait
 * behind one caller's searches. Statements of a transaction do not pass it, as their connection is taken already.
 */
export function createReadGate(poolSize: number): ReadGate {
  const share = (part: number) => Math.max(2, Math.floor(poolSize * part));
  const all = createSemaphore(share(3 / 4));
  const workspaces = gates(share(1 / 2));
  const callers = gates(share(1 / 3));
  return async ({ workspaceId, callerId, signal }, read) => {
    const withinAll = () => all.run(read, signal);
    const withinWorkspace = () => workspaces(workspaceId, withinAll, signal);
    // Callers of two workspaces can have the same id.
    return callers(`${workspaceId}:${callerId}`, withinWorkspace, signal);
  };
}

/** Semaphores by name, each kept as long as it is in use. */
function gates(limit: number): <T>(name: string, task: () => Promise<T>, signal?: AbortSignal) => Promise<T> {
  const known = new Map<string, Semaphore>();
  return async (name, task, signal) => {
    const gate = known.get(name) ?? createSemaphore(limit);
    known.set(name, gate);
    try {
      return await gate.run(task, signal);
    } finally {
      if (gate.idle()) known.delete(name);
    }
  };
}
