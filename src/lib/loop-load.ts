import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

const RESOLUTION_MS = 10;
const DELAY_WINDOW_MS = 500;

/** How much the event loop has to do. */
export type LoopLoad = {
  /** How late it has run its timers recently, on average, in milliseconds. */
  delayMs: () => number;
  /** The part of the time since the last call in which it was busy, from 0 to 1. */
  utilization: () => number;
  stop: () => void;
};

/** Measures the load of the event loop; its delay over half a second each. */
export function watchLoopLoad(): LoopLoad {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let delayMs = 0;
  const timer = setInterval(() => {
    // What is measured is the time between two timers, which includes the time that lies between them anyway.
    delayMs = histogram.count > 0 ? Math.max(0, histogram.mean / 1e6 - RESOLUTION_MS) : 0;
    histogram.reset();
  }, DELAY_WINDOW_MS).unref();
  let last = performance.eventLoopUtilization();
  return {
    delayMs: () => delayMs,
    utilization: () => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, last);
      last = now;
      return utilization;
    },
    stop: () => {
      clearInterval(timer);
      histogram.disable();
    },
  };
}
