/** The time for which a stream may be open. */
export type Turn = {
  /** Aborted when it has to make room for another. */
  over: AbortSignal;
  /** From here on its time counts. */
  begun: () => void;
  end: () => void;
};

type StreamTurns = {
  /** Settles when a stream may begin; with null if the signal is aborted before. */
  take: (signal: AbortSignal) => Promise<Turn | null>;
};

/** Browsers allow six connections to a host over HTTP/1.1; the others are left to requests. */
const MOST_OVER_HTTP_1 = 4;

/**
 * How many streams there may be at once to a URL. A browser does not tell of the protocol before the first answer, and of
 * that of another origin only if it may: then it gets the lower number.
 */
export function mostStreamsTo(url: string): number {
  const page = globalThis.location?.href;
  if (page === undefined) return Number.POSITIVE_INFINITY;
  const [last] = performance.getEntriesByName?.(new URL(url, page).href, 'resource').slice(-1) ?? [];
  const protocol = last && 'nextHopProtocol' in last ? String(last.nextHopProtocol) : '';
  return /^h[23]/.test(protocol) ? Number.POSITIVE_INFINITY : MOST_OVER_HTTP_1;
}

/** Lets at most so many streams be open at once. As long as others wait, each makes room after `turnMs`. */
export function createStreamTurns(atMost: number, turnMs: number): StreamTurns {
  const most = Math.max(1, atMost);
  /** The turns that last, in the order in which they began, and whether each has had its time. */
  const open = new Map<AbortController, { hadItsTime: boolean }>();
  const waiting = new Set<() => void>();

  function begin(): Turn {
    const ending = new AbortController();
    const state = { hadItsTime: false };
    open.set(ending, state);
    let timer: ReturnType<typeof setTimeout> | undefined;
    return {
      over: ending.signal,
      begun: () => {
        timer = setTimeout(() => {
          state.hadItsTime = true;
          makeRoom();
        }, turnMs);
      },
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
