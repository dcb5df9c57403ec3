import { setImmediate as nextTurnOfLoop } from 'node:timers/promises';
import type { Admission, Leave } from './admission.js';
import type { RequestScope } from './request-scope.js';

/** Does work when it is its turn, and charges the caller what it has cost. Null if it is refused. */
export type InTurn = <T>(scope: RequestScope, work: () => Promise<T>) => Promise<T | null>;

/** Makes what lets the operations of one socket begin in turn. */
export type SocketTurns = (caller: string, isOpen: () => boolean) => InTurn;

/**
 * So many of a caller begin in one turn of the event loop, whatever number of sockets they come from: all that it has sent
 * would keep everybody else waiting.
 */
const AT_ONCE = 5;

/**
 * Lets the operations of a socket begin in the order in which they were sent, of which only one at a time waits for its
 * turn: who sends a thousand of them together does not keep others from theirs.
 */
export function createSocketTurns(admission: Pick<Admission, 'take'>): SocketTurns {
  /** How many of each caller have begun in this turn of the event loop. */
  const begun = new Map<string, number>();

  async function whenFewBegin(caller: string): Promise<void> {
    while ((begun.get(caller) ?? 0) >= AT_ONCE) await nextTurnOfLoop();
    if (begun.size === 0) setImmediate(() => begun.clear());
    begun.set(caller, (begun.get(caller) ?? 0) + 1);
  }

  const take = (caller: string) =>
    new Promise<Leave | null>((resolve) => {
      admission.take({ caller, begin: resolve, refuse: () => resolve(null), isWaiting: () => true });
    });

  return (caller, isOpen) => {
    let last: Promise<unknown> = Promise.resolve();
    async function next(before: Promise<unknown>): Promise<Leave | null> {
      await before;
      if (isOpen()) await whenFewBegin(caller);
      return isOpen() ? take(caller) : null;
    }
    return async (scope, work) => {
      const turn = next(last);
      last = turn;
      const leave = await turn;
      if (!leave) return null;
      try {
        return await work();
      } finally {
        leave(scope.cost);
      }
    };
  };
}
