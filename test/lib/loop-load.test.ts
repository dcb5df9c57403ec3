import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { watchLoopLoad } from '../../src/lib/loop-load.js';

const MS = 1e6;
const WINDOW_MS = 500;
const RESOLUTION_MS = 10;

describe('the delay of the event loop', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
  afterEach(() => void vi.useRealTimers());

  /** Watches windows of this many milliseconds between two timers, and returns what is told after each. */
  function watchWindows(means: readonly number[]): number[] {
    const histogram = { count: 1, mean: 0, enable: () => true, disable: () => true, reset: () => undefined };
    const load = watchLoopLoad(histogram);
    onTestFinished(load.stop);
    return means.map((mean) => {
      histogram.count = mean > 0 ? 1 : 0;
      histogram.mean = mean * MS;
      vi.advanceTimersByTime(WINDOW_MS);
      return load.delayMs();
    });
  }

  it('is nothing after one late window, as one long turn makes', () => {
    expect(watchWindows([RESOLUTION_MS, 900, RESOLUTION_MS, RESOLUTION_MS])).toEqual([0, 0, 0, 0]);
  });

  it('is that of the less late of two windows in a row', () => {
    expect(watchWindows([410, 210, 310, RESOLUTION_MS])).toEqual([0, 200, 200, 0]);
  });

  it('is nothing while nothing was measured', () => {
    expect(watchWindows([0, 0])).toEqual([0, 0]);
  });
});
