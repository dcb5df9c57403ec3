import { describe, expect, it } from 'vitest';
import { createRecentCallers } from '../../src/replica/recent-callers.js';

describe('callers who have seen the primary', () => {
  it('may have seen more than a replica until that shows what was committed by then', () => {
    let now = 0;
    const callers = createRecentCallers(() => now);
    expect(callers.mayHaveSeenMore('ada', 0)).toBe(false);
    now = 10;
    callers.saw('ada');
    expect(callers.mayHaveSeenMore('ada', 9)).toBe(true);
    expect(callers.mayHaveSeenMore('bob', 9)).toBe(false);
    now = 20;
    callers.saw('ada');
    expect(callers.mayHaveSeenMore('ada', 19)).toBe(true);
    expect(callers.mayHaveSeenMore('ada', 20)).toBe(false);
  });

  it('are not forgotten where they are too many: then all may have', () => {
    let now = 0;
    const callers = createRecentCallers(() => now);
    for (let caller = 0; caller <= 100_000; caller += 1) {
      now += 1;
      callers.saw(`caller ${caller}`);
    }
    expect(callers.mayHaveSeenMore('caller 0', 0)).toBe(true);
    expect(callers.mayHaveSeenMore('caller 0', 1)).toBe(false);
    expect(callers.mayHaveSeenMore('caller 1', 1)).toBe(true);
  });
});
