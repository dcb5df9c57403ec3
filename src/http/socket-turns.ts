import { setImmediate as nextTurnOfLoop } from 'node:timers/promises';
import type { Admission, Leave } from './admission.js';

/** What has come of the waiting of an operation. */
type Turn = {
  /** Ends the turn; null if the operation is refused. */
  leave: Leave | null;
  /** When it began to wait, in milliseconds since 1970. */
  since: number;
};

/** Lets the operations of one socket begin in turn. */
export type SocketTurns = {
  /** Settles when it is the operation's turn, or when it is refused. */
  wait: (id: string) => Promise<void>;
  /** How many wait. */
  size: () => number;
  /** Takes the turn of an operation; undefined if it has none. */
  take: (id: string) => Turn | undefined;
  /** Ends the turn of an operation that nobody will take. */
  giveUp: (id: string) => void;
};

/** Makes what lets the operations of one socket begin in turn. */
export type MakeSocketTurns = (caller: string, isOpen: () => boolean) => SocketTurns;

/**
 * So many of a caller begin in one turn of the event loop, whatever number of sockets they come from: all that it has sent
 * would keep everybody else waiting.
 */
const AT_ONCE = 5;

/**
 * Lets the operations of a socket begin in the order in which they were sent, of which only one at a time waits for its
 * turn: who sends a thousand of them together does not keep others from theirs.
 */
export function createSocketTurns(admission: Pick<Admission, 'take'>): MakeSocketTurns {
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
    /** In the order in which they were sent. */
    const waiting = new Map<string, { since: number; settle: () => void }>();
    const turns = new Map<string, Turn>();
    let working = false;

    async function work(): Promise<void> {
      working = true;
      // It also comes to those that are added meanwhile.
      for (const [id, { since, settle }] of waiting) {
        if (isOpen()) await whenFewBegin(caller);
        turns.set(id, { leave: isOpen() ? await take(caller) : null, since });
        waiting.delete(id);
        settle();
      }
      working = false;
    }

    function taken(id: string): Turn | undefined {
      const turn = turns.get(id);
      turns.delete(id);
      return turn;
    }

    return {
      wait: (id) =>
        new Promise((settle) => {
          waiting.set(id, { since: Date.now(), settle });
          if (!working) void work();
        }),
      size: () => waiting.size,
      take: taken,
      giveUp: (id) => taken(id)?.leave?.(),
    };
  };
}
