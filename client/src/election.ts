import type { Locks } from './storage.js';

export type Election = {
  /** Leads as soon as nobody else does; at once if it is forced. */
  stand: (isForced?: boolean) => void;
  /** Leads no longer, and does not want to. */
  withdraw: () => void;
};

/**
 * Elects by a Web Lock, which the browser takes from a tab that is gone. `lead` is called when this one is elected, and
 * must settle soon after the signal is aborted: then it has withdrawn, or another has forced it out. `end` is called
 * whenever this one does not stand any more without having withdrawn.
 */
export function createElection(
  locks: Locks,
  name: string,
  lead: (signal: AbortSignal) => Promise<void>,
  end: () => void,
): Election {
  let candidacy: AbortController | null = null;

  function stand(isForced: boolean): void {
    const own = new AbortController();
    candidacy = own;
    const options = isForced ? { steal: true } : { signal: own.signal };
    const use = async () => {
      if (!own.signal.aborted) await lead(own.signal);
    };
    const over = () => {
      own.abort();
      if (candidacy !== own) return;
      candidacy = null;
      end();
    };
    locks.request(name, options, use).then(over, over);
  }

  return {
    stand: (isForced = false) => {
      if (candidacy && !isForced) return;
      candidacy?.abort();
      stand(isForced);
    },
    withdraw: () => {
      candidacy?.abort();
      candidacy = null;
    },
  };
}
