/** The time for which a stream may be open. */
type Turn = {
  /** Aborted when it has to make room for another. */
  over: AbortSignal;
  end: () => void;
};

type StreamTurns = {
  /** Settles when a stream may begin; with null if the signal is aborted before. */
  take: (signal: AbortSignal) => Promise<Turn | null>;
};

/** Browsers allow six connections to a host over HTTP/1.1; the others are left to requests. */
const MOST_OVER_HTTP_1 = 4;

/** How many streams there may be at once to a URL. A browser that has not told of the protocol yet gets the lower number. */
export function mostStreamsTo(url: string): number {
  if (!('location' in globalThis)) return Number.POSITIVE_INFINITY;
  const [last] = performance.getEntriesByName(new URL(url, location.href).href, 'resource').slice(-1);
  const protocol = last && 'nextHopProtocol' in last ? String(last.nextHopProtocol) : '';
  return /^h[23]/.test(protocol) ? Number.POSITIVE_INFINITY : MOST_OVER_HTTP_1;
}

/** Lets at most so many streams be open at once. As long as others wait, each is open for `turnMs` before it makes room. */
export function createStreamTurns(most: number, turnMs: number): StreamTurns {
  /** The turns that last, in the order in which they began, and whether each has had its time. */
  const open = new Map<AbortController, { hadItsTime: boolean }>();
  const waiting = new Set<() => void>();

  function begin(): Turn {
    const ending = new AbortController();
    const state = { hadItsTime: false };
    open.set(ending, state);
    const timer = setTimeout(() => {
      state.hadItsTime = true;
      makeRoom();
    }, turnMs);
    return {
      over: ending.signal,
      end: () => {
        clearTimeout(timer);
        open.delete(ending);
        const [next] = waiting;
        next?.();
      },
    };
  }

  /** Ends as many that have had their time as others wait. */
  function makeRoom(): void {
    let leaving = [...open.keys()].filter(({ signal }) => signal.aborted).length;
    for (const [ending, { hadItsTime }] of open) {
      if (leaving >= waiting.size) return;
      if (!hadItsTime || ending.signal.aborted) continue;
      ending.abort();
      leaving += 1;
    }
  }

  return {
    take: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve(null);
        if (open.size < most) return resolve(begin());
        const settle = () => {
          waiting.delete(settle);
          signal.removeEventListener('abort', giveUp);
          resolve(begin());
        };
        const giveUp = () => {
          waiting.delete(settle);
          resolve(null);
        };
        waiting.add(settle);
        signal.addEventListener('abort', giveUp);
        makeRoom();
      }),
  };
}
