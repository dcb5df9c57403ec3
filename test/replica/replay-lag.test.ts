import { describe, expect, it } from 'vitest';
import { bytesOfLsn, createReplayLag } from '../../src/replica/replay-lag.js';

describe('the lag of a replica', () => {
  it('covers the latest time at which the primary had written no more than it has replayed', () => {
    const lag = createReplayLag();
    expect(lag.coveredUntil()).toBeNull();
    lag.written(1, 1_000n);
    lag.replayed(900n);
    expect([lag.coveredUntil(), lag.bytes()]).toEqual([null, 100]);
    lag.written(2, 2_000n);
    lag.written(3, 2_000n);
    lag.written(4, 3_000n);
    lag.replayed(2_000n);
    expect([lag.coveredUntil(), lag.bytes()]).toEqual([3, 1_000]);
    lag.replayed(3_000n);
    expect([lag.coveredUntil(), lag.bytes()]).toEqual([4, 0]);
  });

  it('does not end while nothing is written, if the primary stands behind the header of a page', () => {
    const lag = createReplayLag();
    lag.written(1, 8_192n + 24n);
    lag.replayed(8_192n);
    expect(lag.coveredUntil()).toBe(1);
  });

  it.each([
    ['0/0', 0n],
    ['0/3000148', 50_331_976n],
    ['16/B374D848', 97_500_059_720n],
  ])('takes positions as PostgreSQL writes them, such as %s', (text, bytes) => {
    expect(bytesOfLsn(text)).toBe(bytes);
  });
});
