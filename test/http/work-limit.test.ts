import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEAST_LIMIT, nextLimit } from '../../src/http/work-limit.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { holdMessages } from '../support/held-messages.js';
import { useScratchDatabase } from '../support/scratch-database.js';

const bounds = { max: 1_000, maxUtilization: 0.95 };
const limits = fc.integer({ min: LEAST_LIMIT, max: bounds.max });

describe('the limit of work at once', () => {
  it('goes down while the event loop has no time left and a queue stays, but not below what queues for nobody', () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: LEAST_LIMIT + 1, max: 5_000 }), (limit, leastWork) => {
        const next = nextLimit(limit, { utilization: 1, leastWork }, bounds);
        expect(next).toBeGreaterThanOrEqual(LEAST_LIMIT);
        expect(next).toBeLessThanOrEqual(Math.max(LEAST_LIMIT, Math.min(limit, leastWork) * 0.7));
      }),
      { seed: 1 },
    );
  });

  it('goes up to its maximum while the event loop has time left, or while a queue comes and goes', () => {
    const calm = fc.oneof(
      fc.record({ utilization: fc.double({ min: 0, max: 0.94, noNaN: true }), leastWork: fc.nat(5_000) }),
      fc.record({ utilization: fc.constant(1), leastWork: fc.nat(LEAST_LIMIT) }),
    );
    fc.assert(
      fc.property(limits, fc.array(calm, { minLength: 12, maxLength: 20 }), (limit, windows) => {
        let last = limit;
        for (const seen of windows) {
          const next = nextLimit(last, seen, bounds);
          expect(next).toBeGreaterThanOrEqual(Math.min(last + 1, bounds.max));
          last = next;
        }
        expect(last).toBe(bounds.max);
      }),
      { seed: 1 },
    );
  });

  it('is never above a maximum that is smaller than what queues for nobody', () => {
    expect(nextLimit(3, { utilization: 1, leastWork: 20 }, { ...bounds, max: 3 })).toBe(3);
  });
});

describe('while the event loop has no time left', () => {
  let utilization = 0;
  const database = useScratchDatabase();
  const parley = useParley({
    databaseUrl: database.url,
    config: { maxEventLoopUtilization: 0.95, maxWaitingRequests: 100 },
    loopLoad: { utilization: () => utilization },
  });
  const workspace = useFreshWorkspace(parley);
  // One that waits for nothing, as those of the other may take only a part of the database's connections.
  const other = useFreshWorkspace(parley);
  const quick = async () => (await other.post('{ contacts { totalCount } }')).status;

  /** Asks until this is the answer; the limit follows what was seen in the last tenth of a second. */
  async function asksUntil(status: number): Promise<void> {
    while ((await quick()) !== status);
  }

  it('a request that would queue is refused at once, and taken again as soon as it has', async () => {
    const letGo = await holdMessages(database.url);
    const waiting = Array.from({ length: LEAST_LIMIT + 1 }, () => workspace.post('{ messages { totalCount } }'));
    // A queue alone is no overload: its requests may wait for the database.
    expect(await quick()).toBe(200);

    utilization = 1;
    await asksUntil(503);
    const { status, headers, body } = await other.post('mutation { createContact(input: {}) { __typename } }');
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    expect(body.errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
    const metrics = await (await fetch(new URL('/metrics', parley.url))).text();
    expect(metrics).toMatch(/parley_shed_total\{reason="queue"\} [1-9]/);

    utilization = 0;
    await asksUntil(200);
    await letGo();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(waiting.map(() => 200));
  });
});
