import { expect, it } from 'vitest';
import { createBudget, MAX_RESOLVED_FIELDS, MAX_STATEMENTS } from '../../../src/graphql/core/budget.js';

const refusal = (code: string) => expect.objectContaining({ extensions: { code } });

it('a budget ends with its bytes, its fields or its statements, and then stays at its end', () => {
  const spent = [
    { code: 'RESPONSE_TOO_LARGE', times: 10, take: ({ take }: ReturnType<typeof createBudget>) => take(100) },
    { code: 'QUERY_TOO_COMPLEX', times: MAX_RESOLVED_FIELDS, take: ({ take }) => take(0) },
    { code: 'QUERY_TOO_COMPLEX', times: MAX_STATEMENTS, take: ({ takeStatement }) => takeStatement() },
  ] satisfies { code: string; times: number; take: (budget: ReturnType<typeof createBudget>) => void }[];
  for (const { code, times, take } of spent) {
    const budget = createBudget(1000);
    for (let count = 0; count < times; count += 1) take(budget);
    expect(budget.signal().aborted).toBe(false);
    expect(() => take(budget)).toThrow(refusal(code));
    expect(budget.signal().reason).toEqual(refusal(code));
    expect(() => budget.take(0)).toThrow(refusal(code));
    expect(() => budget.takeStatement()).toThrow(refusal(code));
    expect(budget.exceeded()).toEqual(refusal(code));
  }
});
