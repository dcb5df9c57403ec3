import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for something, though no longer than so many milliseconds, and answers whether it came in time. */
export async function atMost(ms: number, awaited: Promise<unknown>): Promise<boolean> {
  const inTime = new AbortController();
  const late = sleep(ms, false, { signal: inTime.signal, ref: false }).catch(() => false);
  return Promise.race([awaited.then(() => true), late]).finally(() => inTime.abort());
}

type Work = () => Promise<void>;

/** Told of what some work throws, which goes on nevertheless where it is asked for again. */
type OnFailure = (error: unknown) => void;

async function attempt(work: Work, onFailure: OnFailure): Promise<void> {
  try {
    await work();
  } catch (error) {
    onFailure(error);
  }
}

type OneAtATime = {
  onFailure: OnFailure;
  /** Called where nothing more is asked for. */
  onIdle?: () => void;
};

/**
 * Makes the function that asks for some work. It runs once at a time; asked for while it runs, it runs once more
 * afterwards, however often that was.
 */
export function coalesced(work: Work, { onFailure, onIdle }: OneAtATime): () => void {
  let asked = false;
  let running = false;

  async function run(): Promise<void> {
    running = true;
    while (asked) {
      asked = false;
      await attempt(work, onFailure);
    }
    running = false;
    onIdle?.();
  }

  return () => {
    asked = true;
    if (!running) void run();
  };
}

/** Does some work now and then every so many milliseconds, except while it still runs; answers how to stop. */
export function every(ms: number, work: Work, onFailure: OnFailure): () => void {
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

type KeepGoing = {
  signal: AbortSignal;
  firstPauseMs: number;
  maxPauseMs: number;
  onFailure: OnFailure;
};

/**
 * Does again whatever ends although it should go on, until the signal is aborted. Each pause before it is twice as long
 * as the last one; what lasted longer than the longest pause begins with the first one again.
 */
export async function keepGoing(work: Work, { signal, firstPauseMs, maxPauseMs, onFailure }: KeepGoing): Promise<void> {
  let pauseMs = firstPauseMs;
  while (!signal.aborted) {
    const began = performance.now();
    await attempt(work, onFailure);
    if (performance.now() - began > maxPauseMs) pauseMs = firstPauseMs;
    await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    pauseMs = Math.min(maxPauseMs, pauseMs * 2);
  }
}
