import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';

const RESOLUTION_MS = 10;
const DELAY_WINDOW_MS = 500;

/** How much the event loop has to do. */
export type LoopLoad = {
  /** How late it has run its timers recently, on average, in milliseconds. One long turn alone counts for nothing. */
  delayMs: () => number;
  /** The part of the time since the last call in which it was busy, from 0 to 1. */
  utilization: () => number;
  stop: () => void;
};

/** What measures the time between two timers, in nanoseconds. */
type Histogram = Pick<IntervalHistogram, 'enable' | 'disable' | 'reset' | 'count' | 'mean'>;

/** Measures the load of the event loop; its delay over half a second each, of which the less late of the last two counts. */
export function watchLoopLoad(histogram: Histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })): LoopLoad {
  histogram.enable();
  let delays = [0, 0];
  const timer = setInterval(() => {
    // What is measured is the time between two timers, which includes the time that lies between them anyway.
    const delayMs = histogram.count > 0 ? Math.max(0, histogram.mean / 1e6 - RESOLUTION_MS) : 0;
    delays = [...delays.slice(1), delayMs];
    histogram.reset();
  }, DELAY_WINDOW_MS).unref();
  let last = performance.eventLoopUtilization();
  return {
    delayMs: () => Math.min(...delays),
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
