export type BackoffOptions = {
  /** Upper limit of the first wait, in milliseconds. Default: 500. */
  firstWaitMs?: number;
  /** Upper limit of every wait that the server does not ask for, in milliseconds. Default: 30,000. */
  longestWaitMs?: number;
  /** From 0 up to, not including, 1. Default: Math.random. */
  random?: () => number;
};

/**
 * How long to wait after a number of failures in a row, in milliseconds: a random time up to a limit that doubles (full
 * jitter), so that clients that lost the same server do not all return at the same moment. Not before the server's hint.
 */
export function waitAfter(failures: number, hintMs: number | undefined, options: BackoffOptions): number {
  const { firstWaitMs = 500, longestWaitMs = 30_000, random = Math.random } = options;
  return (hintMs ?? 0) + random() * Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failures, 30));
}

/** Waits that end early when they are woken, or when the signal is aborted. They never reject. */
export type Sleep = {
  /** `isFirm`: until then or until it is aborted, such as when the server has asked for it. */
  sleep: (ms: number, isFirm?: boolean) => Promise<void>;
  wake: () => void;
};

export function createSleep(signal: AbortSignal): Sleep {
  const light = new Set<() => void>();
  const all = new Set<() => void>();
  const endAll = (sleepers: Set<() => void>) => {
    for (const end of [...sleepers]) end();
  };
  signal.addEventListener('abort', () => endAll(all));
  return {
    wake: () => endAll(light),
    sleep: (ms, isFirm = false) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const end = () => {
          clearTimeout(timer);
          all.delete(end);
          light.delete(end);
          resolve();
        };
        const timer = setTimeout(end, ms);
        all.add(end);
        if (!isFirm) light.add(end);
      }),
  };
}
