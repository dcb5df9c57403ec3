import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for a promise for at most `ms` milliseconds. Returns whether it settled in time; rejects if the promise does.
 */
export async function withTimeout(ms: number, awaited: Promise<unknown>): Promise<boolean> {
  const settled = new AbortController();
  const timeout = sleep(ms, false, { signal: settled.signal, ref: false }).catch(() => false);
  return Promise.race([awaited.then(() => true), timeout]).finally(() => settled.abort());
}

type Work = () => Promise<void>;

/** Called with each error that the work throws. The error does not stop later runs. */
type OnFailure = (error: unknown) => void;

async function attempt(work: Work, onFailure: OnFailure): Promise<void> {
  try {
    await work();
  } catch (error) {
    onFailure(error);
  }
}

type CoalesceOptions = {
  onFailure: OnFailure;
  /** Called when no further run has been requested. */
  onIdle?: () => void;
};

/**
 * Returns a function that requests a run of some work. Only one run is active at a time; any number of requests during
 * a run lead to exactly one more run.
 */
export function coalesced(work: Work, { onFailure, onIdle }: CoalesceOptions): () => void {
  let requested = false;
  let running = false;

  async function run(): Promise<void> {
    running = true;
    while (requested) {
      requested = false;
      await attempt(work, onFailure);
    }
    running = false;
    onIdle?.();
  }

  return () => {
    requested = true;
    if (!running) void run();
  };
}

/**
 * Runs some work now and then every `ms` milliseconds, skipping a turn while the last run is active. Returns how to
 * stop.
 */
export function poll(ms: number, work: Work, onFailure: OnFailure): () => void {
  let running = false;

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    await attempt(work, onFailure);
    running = false;
  }

  const timer = setInterval(() => void run(), ms).unref();
  void run();
  return () => clearInterval(timer);
}

type RetryOptions = {
  signal: AbortSignal;
  firstPauseMs: number;
  maxPauseMs: number;
  onFailure: OnFailure;
};

/**
 * Runs work that should never end, and restarts it whenever it does, until the signal aborts. The pause before a
 * restart doubles each time; it is reset after a run that lasted longer than the longest pause.
 */
export async function retryForever(
  work: Work,
  { signal, firstPauseMs, maxPauseMs, onFailure }: RetryOptions,
): Promise<void> {
  let pauseMs = firstPauseMs;
  while (!signal.aborted) {
    const began = performance.now();
    await attempt(work, onFailure);
    if (performance.now() - began > maxPauseMs) pauseMs = firstPauseMs;
    await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    pauseMs = Math.min(maxPauseMs, pauseMs * 2);
  }
}

/** Limits how many tasks run at the same time. The others wait in order of arrival. */
export type Semaphore = {
  /** Rejects with the signal's reason if it aborts before the task may run. */
  run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  idle(): boolean;
};

/** Creates a semaphore that runs at most `limit` tasks at the same time. */
export function createSemaphore(limit: number): Semaphore {
  let running = 0;
  const waiting = new Set<() => void>();

  function turn(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        waiting.delete(begin);
        reject(signal?.reason);
      };
      waiting.add(begin);
      signal?.addEventListener('abort', giveUp);
    });
  }

  return {
    idle: () => running === 0,
    run: async (task, signal) => {
      signal?.throwIfAborted();
      if (running < limit) running += 1;
      else await turn(signal);
      try {
        return await task();
      } finally {
        const [next] = waiting;
        if (next) {
          waiting.delete(next);
          next();
        } else running -= 1;
      }
    },
  };
}
