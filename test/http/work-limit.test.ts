import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSlowdown } from '../../src/http/slowdown.js';
import { LEAST_LIMIT, LEAST_WHILE_OVERLOADED, nextLimit } from '../../src/http/work-limit.js';
import { eventually } from '../live/support/listen.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { holdMessages } from '../support/held-messages.js';
import { useScratchDatabase } from '../support/scratch-database.js';

const MAX = 1_000;
const limits = fc.integer({ min: LEAST_LIMIT, max: MAX });

/** What is seen while the process, or the database, cannot keep up. */
const behind = fc.constantFrom({ utilization: 1, slowdown: 1 }, { utilization: 0.2, slowdown: 4 });

describe('the limit of work at once', () => {
  const calmed = (limit: number) => ({ limit, overloaded: false });

  it('goes down while the process or the database cannot keep up and a queue stays, but not below what queues for nobody', () => {
    fc.assert(
      fc.property(limits, behind, fc.integer({ min: LEAST_LIMIT + 1, max: 5_000 }), (limit, load, leastWork) => {
        const next = nextLimit(calmed(limit), { ...load, leastWork, done: 3, refused: 1 }, MAX);
        expect(next.overloaded).toBe(false);
        expect(next.limit).toBeGreaterThanOrEqual(LEAST_LIMIT);
        expect(next.limit).toBeLessThanOrEqual(Math.max(LEAST_LIMIT, Math.min(limit, leastWork) * 0.7));
      }),
      { seed: 1 },
    );
  });

  it('goes up to its maximum while the event loop has time left, or while a queue comes and goes', () => {
    const calm = fc.oneof(
      fc.record({
        utilization: fc.double({ min: 0, max: 0.94, noNaN: true }),
        slowdown: fc.double({ min: 0, max: 3.9, noNaN: true }),
        leastWork: fc.nat(5_000),
        done: fc.nat(100),
        refused: fc.nat(5_000),
      }),
      fc.tuple(behind, fc.nat(LEAST_LIMIT)).map(([load, leastWork]) => ({ ...load, leastWork, done: 0, refused: 0 })),
      fc
        .tuple(behind, fc.nat(500))
        .map(([load, work]) => ({ ...load, leastWork: work, done: work, refused: Math.floor(work / 2) })),
    );
    fc.assert(
      fc.property(limits, fc.array(calm, { minLength: 12, maxLength: 20 }), (limit, windows) => {
        let last = calmed(limit);
        for (const seen of windows) {
          const next = nextLimit(last, seen, MAX);
          expect(next.limit).toBeGreaterThanOrEqual(Math.min(last.limit + 1, MAX));
          last = next;
        }
        expect(last).toEqual(calmed(MAX));
      }),
      { seed: 1 },
    );
  });

  it('goes down to what is done in 40 ms while much more is asked for, for as long as that is so', () => {
    const much = fc.record({ done: fc.integer({ min: 1, max: 200 }), factor: fc.integer({ min: 1, max: 50 }) });
    fc.assert(
      fc.property(limits, behind, much, fc.nat(5_000), (limit, load, { done, factor }, leastWork) => {
        const seen = { ...load, leastWork, done, refused: done * factor };
        const first = nextLimit(calmed(limit), seen, MAX);
        const enough = Math.max(LEAST_WHILE_OVERLOADED, Math.ceil(done * 0.4));
        expect(first).toEqual({ overloaded: true, limit: Math.min(limit, enough) });
        // It also keeps up because so much is refused.
        const keepingUp = { ...seen, utilization: 0.5, slowdown: 1 };
        expect(nextLimit(first, keepingUp, MAX)).toEqual({ overloaded: true, limit: Math.min(MAX, first.limit + 1) });
        const over = nextLimit(first, { ...keepingUp, refused: Math.floor(done * 0.1) }, MAX);
        expect(over).toEqual(calmed(Math.min(MAX, Math.ceil(first.limit * 1.5))));
      }),
      { seed: 1 },
    );
  });

  it('is never above a maximum that is smaller than what queues for nobody', () => {
    const seen = { utilization: 1, slowdown: 1, leastWork: 20, done: 0 };
    expect(nextLimit(calmed(3), { ...seen, refused: 0 }, 3).limit).toBe(3);
    expect(nextLimit(calmed(3), { ...seen, refused: 5 }, 3).limit).toBe(3);
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
    config: { refuseQueues: true, maxWaitingRequests: 100 },
    loopLoad: { utilization: () => utilization },
  });
  const workspace = useFreshWorkspace(parley);
  // One that waits for nothing, as those of the other may take only a part of the database's connections.
  const other = useFreshWorkspace(parley);
  const quick = async () => (await other.post('{ contacts { totalCount } }')).status;

  /** Reads nothing, so that it waits for no other read of its caller. */
  const create = () => workspace.post('mutation { createContact(input: {}) { __typename } }');
  const createsWith = async (status: number) => (await create()).status === status;

  it('a caller whose requests queue is refused at once, and others are not; it is taken again when they are done', async () => {
    const letGo = await holdMessages(database.url);
    const waiting = Array.from({ length: LEAST_LIMIT + 1 }, () => workspace.post('{ messages { totalCount } }'));
    // A queue alone is no overload: its requests may wait for the database.
    expect((await create()).status).toBe(200);

    utilization = 1;
    await eventually(() => createsWith(503), 'that its requests are refused');
    expect(await quick()).toBe(200);
    const { status, headers, body } = await create();
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    expect(body.errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
    const metrics = await (await fetch(new URL('/metrics', parley.url))).text();
    expect(metrics).toMatch(/parley_shed_total\{reason="queue"\} [1-9]/);

    utilization = 0;
    await letGo();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(waiting.map(() => 200));
    await eventually(() => createsWith(200), 'that it is taken again');
  });
});
