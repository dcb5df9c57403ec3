import { expect, it } from 'vitest';
import { perTurn, perTurnOfFirst } from '../../src/lib/per-turn.js';

it.each([
  ['perTurn', perTurn],
  ['perTurnOfFirst', perTurnOfFirst],
])(
  '%s answers all that is asked for in one turn by one call, and what is asked for later by another',
  async (_, create) => {
    const calls: (readonly string[])[] = [];
    const ask = create(async (keys: readonly string[]) => {
      calls.push(keys);
      return keys.map((key) => `answer to ${key}`);
    });
    expect(await Promise.all([ask('a'), ask('b'), ask('a')])).toEqual(['answer to a', 'answer to b', 'answer to a']);
    expect(await ask('a')).toBe('answer to a');
    expect(calls).toEqual([['a', 'b', 'a'], ['a']]);
  },
);

it('nobody waits for a call of before, which hangs', async () => {
  let hangs = true;
  const ask = perTurn((keys: readonly string[]) => (hangs ? new Promise<string[]>(() => {}) : Promise.resolve(keys)));
  void ask('a');
  await new Promise(setImmediate);
  hangs = false;
  expect(await ask('a')).toBe('a');
});

it('an answer that is an error fails only those who have asked for it', async () => {
  const ask = perTurn(async (keys: readonly string[]) =>
    keys.map((key) => (key === 'bad' ? new Error('It failed.') : key)),
  );
  const [good, bad, other] = await Promise.allSettled([ask('good'), ask('bad'), ask('other')]);
  expect(good).toMatchObject({ value: 'good' });
  expect(bad).toMatchObject({ reason: { message: 'It failed.' } });
  expect(other).toMatchObject({ value: 'other' });
});
