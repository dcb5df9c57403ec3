import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSlowdown } from '../../src/http/slowdown.js';
import { LEAST_LIMIT, nextLimit } from '../../src/http/work-limit.js';
import { eventually } from '../live/support/listen.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { holdMessages } from '../support/held-messages.js';
import { useScratchDatabase } from '../support/scratch-database.js';

const MAX = 1_000;
const limits = fc.integer({ min: LEAST_LIMIT, max: MAX });

/** What is seen while the process, or the database, cannot keep up. */
const behind = fc.constantFrom({ utilization: 1, slowdown: 1 }, { utilization: 0.2, slowdown: 4 });

describe('the limit of work at once', () => {
  const much = { atOnce: 500, queued: 500 };

  it('goes down while the process or the database cannot keep up, to what they do nearly one after the other, and during overload to one', () => {
    fc.assert(
      fc.property(limits, behind, fc.boolean(), fc.nat(5_000), (limit, load, overloaded, atOnce) => {
        const least = overloaded ? 1 : LEAST_LIMIT;
        const next = nextLimit(limit, { ...load, ...much, overloaded, atOnce }, MAX);
        expect(next).toBeGreaterThanOrEqual(least);
        expect(next).toBeLessThanOrEqual(Math.max(least, Math.min(limit, atOnce) * 0.7));
      }),
      { seed: 1 },
    );
  });

  it('goes down sooner during overload, so that what is accepted is answered in time', () => {
    const load = { utilization: 0.85, slowdown: 1, ...much };
    expect(nextLimit(20, { ...load, overloaded: false }, MAX)).toBe(30);
    expect(nextLimit(20, { ...load, overloaded: true }, MAX)).toBe(14);
  });

  it('is what keeps the process busy again as soon as the overload is over', () => {
    const load = { utilization: 0.5, slowdown: 1, atOnce: 1, queued: 0, overloaded: false };
    expect(nextLimit(1, load, MAX)).toBe(LEAST_LIMIT);
  });

  it('goes up to its maximum while they keep up and work queues, in small steps while most is refused', () => {
    const calm = fc.record({
      utilization: fc.double({ min: 0, max: 0.79, noNaN: true }),
      slowdown: fc.double({ min: 0, max: 3.9, noNaN: true }),
    });
    fc.assert(
      fc.property(limits, fc.array(calm, { minLength: 20, maxLength: 20 }), (limit, windows) => {
        const next = (overloaded: boolean) =>
          windows.reduce((last, load) => nextLimit(last, { ...load, ...much, overloaded }, MAX), limit);
        expect(next(false)).toBe(MAX);
        expect(next(true)).toBe(Math.min(MAX, limit + windows.length));
      }),
      { seed: 1 },
    );
  });

  it('stays where it is while nothing queues', () => {
    const calm = { utilization: 0.5, slowdown: 1, atOnce: 2, queued: 0, overloaded: false };
    fc.assert(
      fc.property(limits, (limit) => {
        expect(nextLimit(limit, calm, MAX)).toBe(limit);
      }),
      { seed: 1 },
    );
  });

  it('is never above a maximum that is smaller than the least that keeps the process busy', () => {
    for (const utilization of [0, 1]) {
      expect(nextLimit(2, { utilization, slowdown: 1, ...much, overloaded: false }, 2)).toBe(2);
    }
  });
});

describe('the slowdown of operations', () => {
  const [inbox, search] = [{}, {}];
  let work = 1;
  const noted = (slowdown: ReturnType<typeof createSlowdown>, key: object, ms: number, times = 5) => {
    for (let time = 0; time < times; time += 1) slowdown.note(key, ms);
  };

  it('is how many times longer they take than the same ones while there is little to do', () => {
    const slowdown = createSlowdown(() => work);
    work = 1;
    noted(slowdown, inbox, 10);
    noted(slowdown, search, 100);
    expect(slowdown.take()).toBe(1);
    work = 9;
    noted(slowdown, inbox, 50, 100);
    expect(slowdown.take()).toBe(5);
    noted(slowdown, search, 100);
    expect(slowdown.take()).toBe(1);
  });

  it('is not told by the slowest, by what is new, or by a few', () => {
    const slowdown = createSlowdown(() => work);
    work = 1;
    noted(slowdown, inbox, 10);
    slowdown.take();
    work = 9;
    noted(slowdown, inbox, 10, 5);
    noted(slowdown, inbox, 1_000, 4);
    expect(slowdown.take()).toBe(1);
    noted(slowdown, search, 1_000);
    expect(slowdown.take()).toBe(1);
    noted(slowdown, inbox, 1_000, 4);
    expect(slowdown.take()).toBe(1);
  });

  it('follows what operations take from now on, once there is little to do', () => {
    const slowdown = createSlowdown(() => work);
    work = 1;
    noted(slowdown, inbox, 10);
    noted(slowdown, inbox, 50, 50);
    slowdown.take();
    noted(slowdown, inbox, 50);
    expect(slowdown.take()).toBeCloseTo(1);
  });
});

describe('while the event loop has no time left', () => {
  let utilization = 0;
  const database = useScratchDatabase();
  const parley = useParley({
    databaseUrl: database.url,
    config: { refuseQueues: true, maxWaitingRequests: 1_000 },
    loopLoad: { utilization: () => utilization },
  });
  const workspace = useFreshWorkspace(parley);
  const other = useFreshWorkspace(parley);

  it('a caller who sends more and more is refused, and told when to come again; another one is not', async () => {
    const letGo = await holdMessages(database.url);
    utilization = 1;
    const answers: Promise<{ status: number; headers: Headers; body: unknown }>[] = [];
    let isRefused = false;
    while (!isRefused) {
      const answer = workspace.post('{ messages { totalCount } }');
      answers.push(answer);
      void answer.then(({ status }) => {
        isRefused ||= status === 503;
      });
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    // Nothing of its own is waited for, but all the connections that this other caller may use.
    expect((await other.post('{ contacts { totalCount } }')).status).toBe(200);
    const metrics = await (await fetch(new URL('/metrics', parley.url))).text();
    expect(metrics).toMatch(/parley_shed_total\{reason="queue"\} [1-9]/);

    utilization = 0;
    await letGo();
    const all = await Promise.all(answers);
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200, 503]));
    const refused = all.find(({ status }) => status === 503);
    expect(refused?.headers.get('retry-after')).toBe('1');
    expect(refused?.body).toMatchObject({ errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] });
    await eventually(
      async () => (await workspace.post('{ messages { totalCount } }')).status === 200,
      'that it is taken again',
    );
  });
});
