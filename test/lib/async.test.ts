import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { coalesced, poll, retryForever, withTimeout } from '../../src/lib/async.js';

afterEach(() => void vi.useRealTimers());

/** Work whose every run lasts until the test ends it, well or with an error. */
function heldWork() {
  const runs: { end: () => void; fail: (error: Error) => void }[] = [];
  const work = () => new Promise<void>((end, fail) => void runs.push({ end, fail }));
  return { runs, work };
}

const unexpected = (error: unknown) => {
  throw error;
};

describe('a wait with a timeout', () => {
  it('reports whether the work finished in time', async () => {
    expect(await withTimeout(60_000, Promise.resolve('here'))).toBe(true);
    expect(await withTimeout(1, new Promise(() => undefined))).toBe(false);
  });

  it('fails if the work fails in time, but not if it fails afterwards', async () => {
    await expect(withTimeout(60_000, Promise.reject(new Error('It broke.')))).rejects.toThrow('It broke.');
    const { runs, work } = heldWork();
    expect(await withTimeout(1, work())).toBe(false);
    runs[0]?.fail(new Error('Nobody waits for it any more.'));
    await turn();
  });
});

describe('coalesced work', () => {
  it('runs once at a time, and once more if it was requested meanwhile, however often', async () => {
    const { runs, work } = heldWork();
    const onIdle = vi.fn();
    const ask = coalesced(work, { onFailure: unexpected, onIdle });
    ask();
    for (let count = 0; count < 10; count += 1) ask();
    expect(runs).toHaveLength(1);
    runs[0]?.end();
    await turn();
    expect(runs).toHaveLength(2);
    expect(onIdle).not.toHaveBeenCalled();
    runs[1]?.end();
    await turn();
    expect(runs).toHaveLength(2);
    expect(onIdle).toHaveBeenCalledOnce();
    ask();
    expect(runs).toHaveLength(3);
  });

  it('can be requested again after a failure, even a synchronous one, and runs again if it already was', async () => {
    const { runs, work } = heldWork();
    const onFailure = vi.fn();
    const ask = coalesced(
      () => {
        if (runs.length === 2) {
          runs.push({ end: () => undefined, fail: () => undefined });
          throw new Error('at once');
        }
        return work();
      },
      { onFailure },
    );
    ask();
    ask();
    runs[0]?.fail(new Error('later'));
    await turn();
    expect(runs).toHaveLength(2);
    runs[1]?.end();
    await turn();
    ask();
    await turn();
    ask();
    expect(runs).toHaveLength(4);
    expect(onFailure.mock.calls.flat().map(({ message }) => message)).toEqual(['later', 'at once']);
  });
});

describe('polling', () => {
  it('starts immediately, never overlaps, continues after a failure, and ends when stopped', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { runs, work } = heldWork();
    const onFailure = vi.fn();
    const stop = poll(1000, work, onFailure);
    expect(runs).toHaveLength(1);
    vi.advanceTimersByTime(5000);
    expect(runs).toHaveLength(1);
    runs[0]?.fail(new Error('It broke.'));
    await turn();
    expect(onFailure).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(1000);
    expect(runs).toHaveLength(2);
    runs[1]?.end();
    await turn();
    stop();
    vi.advanceTimersByTime(5000);
    expect(runs).toHaveLength(2);
  });
});

describe('work that is retried forever', () => {
  it('is restarted when it ends or fails, until it is stopped', async () => {
    const stopping = new AbortController();
    const onFailure = vi.fn();
    let runs = 0;
    await retryForever(
      async () => {
        runs += 1;
        if (runs === 5) stopping.abort();
        if (runs % 2 === 0) throw new Error(`Run ${runs}`);
      },
      { signal: stopping.signal, firstPauseMs: 1, maxPauseMs: 2, onFailure },
    );
    expect(runs).toBe(5);
    expect(onFailure).toHaveBeenCalledTimes(2);
  });

  it('stops without waiting for a pause to end', async () => {
    const stopping = new AbortController();
    const { runs, work } = heldWork();
    const ended = retryForever(work, {
      signal: stopping.signal,
      firstPauseMs: 600_000,
      maxPauseMs: 600_000,
      onFailure: unexpected,
    });
    runs[0]?.end();
    await turn();
    stopping.abort();
    await ended;
    expect(runs).toHaveLength(1);
  });
});
