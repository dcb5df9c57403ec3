import type { Command } from './engine.js';
import { errorOfFailure, type Failure, type RequestError } from './failures.js';

export type Call = { id: string; command: Command };

/** What a tab has asked of whoever leads: it is asked again of who leads next, until it is answered. */
export function createCalls() {
  const open = new Map<string, Call & { resolve: () => void; reject: (reason: RequestError) => void }>();
  return {
    add: (command: Command): { call: Call; answered: Promise<void> } => {
      const call = { id: crypto.randomUUID(), command };
      const answered = new Promise<void>((resolve, reject) => {
        open.set(call.id, { ...call, resolve, reject });
      });
      return { call, answered };
    },
    all: (): Call[] => [...open.values()],
    settle: (id: string, failure: Failure | null) => {
      const call = open.get(id);
      open.delete(id);
      if (failure) call?.reject(errorOfFailure(failure));
      else call?.resolve();
    },
    rejectAll: (reason: RequestError) => {
      for (const { reject } of open.values()) reject(reason);
      open.clear();
    },
  };
}
