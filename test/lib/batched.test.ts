import { describe, expect, it } from 'vitest';
import { batched } from '../../src/lib/batched.js';

describe('questions in batches', () => {
  it('wait for the batch that runs, and are answered together by the next', async () => {
    const batches: number[][] = [];
    const double = batched(async (numbers: number[]) => {
      batches.push(numbers);
      await new Promise(setImmediate);
      return numbers.map((number) => number * 2);
    });
    const first = double(1);
    expect(await Promise.all([first, double(2), double(3)])).toEqual([2, 4, 6]);
    expect(batches).toEqual([[1], [2, 3]]);
  });

  it('fail together, and the next batch is answered', async () => {
    let fails = true;
    const ask = batched(async (questions: string[]) => {
      if (fails) throw new Error('Away');
      return questions;
    });
    await expect(ask('one')).rejects.toThrow('Away');
    fails = false;
    expect(await ask('two')).toBe('two');
  });
});
