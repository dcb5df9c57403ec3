import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;
const WINDOW_MS = 500;

/** How late the event loop has run its timers recently, on average, in milliseconds. */
export type LoopDelay = { recentMs: () => number; stop: () => void };

/** Measures the delay of the event loop, over half a second each. */
export function watchLoopDelay(): LoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let recentMs = 0;
  const timer = setInterval(() => {
    // What is measured is the time between two timers, which includes the time that lies between them anyway.
    recentMs = histogram.count > 0 ? Math.max(0, histogram.mean / 1e6 - RESOLUTION_MS) : 0;
    histogram.reset();
  }, WINDOW_MS).unref();
  return {
    recentMs: () => recentMs,
    stop: () => {
      clearInterval(timer);
      histogram.disable();
    },
  };
}
