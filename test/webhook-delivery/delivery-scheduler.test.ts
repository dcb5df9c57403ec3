import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createDeliveryScheduler, type SchedulerOptions } from '../../src/webhook-delivery/delivery-scheduler.js';

let now = Date.now();

type Item = { endpointId: string; number: number };

/** Places that one workspace may have all of. */
const slots = ({ isolated, shared }: { isolated: number; shared: number }): SchedulerOptions<Item>['slots'] => ({
  isolated: { total: isolated, perWorkspace: isolated },
  shared: { total: shared, perWorkspace: shared },
});

type Options = Pick<SchedulerOptions<Item>, 'attempt' | 'slots'> &
  Partial<Pick<SchedulerOptions<Item>, 'onFailure'>> & {
    /** By default all endpoints are of one workspace. */
    workspaceOf?: (endpointId: string) => string;
    failing?: boolean;
  };

/** A scheduler over endpoints with so many deliveries each. */
function schedulerOf(counts: Record<string, number>, { workspaceOf = () => 'w', failing = false, ...work }: Options) {
  const left = new Map(Object.entries(counts));
  const taken: Item[] = [];
  const scheduler = createDeliveryScheduler<Item>({
    onFailure: (error) => {
      throw error;
    },
    ...work,
    // Pauses are over as soon as they begin.
    clock: () => {
      now += 60_000;
      return new Date(now);
    },
    claim: async ({ endpointId }, limit) => {
      const number = left.get(endpointId) ?? 0;
      const items = Array.from({ length: Math.min(limit, number) }, (_, index) => ({
        endpointId,
        number: number - index,
      }));
      left.set(endpointId, number - items.length);
      taken.push(...items);
      return items;
    },
  });
  const startAll = () => {
    for (const each of Object.keys(counts))
      scheduler.start({ workspaceId: workspaceOf(each), endpointId: each, failing });
  };
  return { scheduler, taken, startAll };
}

const never = () => new Promise<null>(() => undefined);

async function until(holds: () => boolean): Promise<void> {
  for (let turns = 0; !holds(); turns += 1) {
    if (turns > 10_000) throw new Error('It does not come to that.');
    await turn();
  }
}

describe('the scheduler', () => {
  it('keeps delivering to one endpoint while a hundred others hang, each of which holds one slot', async () => {
    const dead = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`dead ${index}`, 50]));
    let done = 0;
    const { taken, startAll } = schedulerOf(
      { ...dead, live: 1000 },
      {
        slots: slots({ isolated: 10, shared: 110 }),
        attempt: async ({ endpointId }) => {
          if (endpointId !== 'live') return never();
          await turn();
          done += 1;
          return 'healthy';
        },
      },
    );
    startAll();
    await until(() => done === 1000);
    expect(taken.filter(({ endpointId }) => endpointId !== 'live')).toHaveLength(100);
  });

  it.each(['failing', 'slow'] as const)('gives endpoints that are %s no slots of the others', async (health) => {
    const dead = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`dead ${index}`, 3]));
    let done = 0;
    const { startAll } = schedulerOf(
      { ...dead, live: 100 },
      {
        slots: slots({ isolated: 5, shared: 1 }),
        attempt: async ({ endpointId, number }) => {
          await turn();
          if (endpointId === 'live') {
            done += 1;
            return 'healthy';
          }
          // The first attempt ends immediately, and later ones hang.
          return number === 3 ? health : never();
        },
      },
    );
    startAll();
    await until(() => done === 100);
  });

  it("doubles an endpoint's concurrent attempts with each success up to 8, and resets them to one after a failure", async () => {
    let running = 0;
    const most: number[] = [];
    let failing = false;
    const { scheduler, startAll } = schedulerOf(
      { a: 100 },
      {
        slots: slots({ isolated: 100, shared: 100 }),
        attempt: async ({ number }) => {
          running += 1;
          most.push(running);
          failing ||= number === 40;
          await turn();
          running -= 1;
          return failing ? 'failing' : 'healthy';
        },
      },
    );
    startAll();
    await until(() => most.length === 100);
    await scheduler.drain();
    expect(most[0]).toBe(1);
    expect(Math.max(...most)).toBe(8);
    expect(most.slice(-30).every((count) => count === 1)).toBe(true);
  });

  it('limits a slow endpoint to two concurrent attempts until it is fast again', async () => {
    let running = 0;
    const most: number[] = [];
    const { scheduler, startAll } = schedulerOf(
      { a: 100 },
      {
        slots: slots({ isolated: 100, shared: 100 }),
        attempt: async ({ number }) => {
          running += 1;
          most.push(running);
          await turn();
          running -= 1;
          return number > 80 || number <= 40 ? 'healthy' : 'slow';
        },
      },
    );
    startAll();
    await until(() => most.length === 100);
    await scheduler.drain();
    expect(Math.max(...most.slice(0, 20))).toBe(8);
    expect(Math.max(...most.slice(35, 60))).toBe(2);
    expect(Math.max(...most.slice(75))).toBe(8);
  });

  it.each([false, true])(
    'limits a workspace to its share of the slots, with failing endpoints: %s',
    async (failing) => {
      const hanging = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`hanging ${index}`, 50]));
      let done = 0;
      const share = { total: 10, perWorkspace: 9 };
      const { taken, startAll } = schedulerOf(
        { ...hanging, live: 50 },
        {
          slots: { isolated: share, shared: share },
          failing,
          workspaceOf: (endpointId) => (endpointId === 'live' ? 'v' : 'w'),
          attempt: async ({ endpointId }) => {
            if (endpointId !== 'live') return never();
            await turn();
            done += 1;
            return failing ? 'failing' : 'healthy';
          },
        },
      );
      startAll();
      await until(() => done === 50);
      expect(taken.filter(({ endpointId }) => endpointId !== 'live')).toHaveLength(9);
    },
  );

  it('serves waiting workspaces in turn, however many endpoints wait in each', async () => {
    const order: string[] = [];
    const many = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`many ${index}`, 20]));
    const { startAll } = schedulerOf(
      { ...many, one: 20 },
      {
        slots: slots({ isolated: 1, shared: 1 }),
        workspaceOf: (endpointId) => (endpointId === 'one' ? 'v' : 'w'),
        attempt: async ({ endpointId }) => {
          order.push(endpointId);
          await turn();
          return 'healthy';
        },
      },
    );
    startAll();
    await until(() => order.length === 220);
    // From when both wait.
    expect(order.slice(2, 22).filter((name) => name === 'one')).toHaveLength(10);
  });

  it('reuses a slot reserved for an endpoint that has nothing due', async () => {
    let done = 0;
    const attempt = async () => {
      done += 1;
      return 'healthy' as const;
    };
    const { startAll } = schedulerOf({ a: 0, b: 0, c: 1 }, { slots: slots({ isolated: 1, shared: 1 }), attempt });
    startAll();
    await until(() => done === 1);
  });

  it('serves waiting endpoints in turn', async () => {
    const order: string[] = [];
    const { startAll } = schedulerOf(
      { a: 20, b: 20, c: 20 },
      {
        slots: slots({ isolated: 1, shared: 1 }),
        attempt: async ({ endpointId }) => {
          order.push(endpointId);
          await turn();
          return 'healthy';
        },
      },
    );
    startAll();
    await until(() => order.length === 60);
    for (const each of ['a', 'b', 'c']) expect(order.slice(0, 12).filter((name) => name === each)).toHaveLength(4);
  });

  it('waits for running attempts when it stops, and starts no more', async () => {
    let release = () => {};
    let begun = 0;
    const { scheduler, startAll } = schedulerOf(
      { a: 5 },
      {
        slots: slots({ isolated: 5, shared: 5 }),
        attempt: async () => {
          begun += 1;
          await new Promise<void>((resolve) => {
            release = resolve;
          });
          return 'healthy';
        },
      },
    );
    startAll();
    await until(() => begun === 1);
    const drained = scheduler.drain();
    startAll();
    release();
    await drained;
    await turn();
    expect(begun).toBe(1);
  });

  it('frees the slot of an attempt that throws, and of a delivery that cannot be claimed', async () => {
    const failures: unknown[] = [];
    let done = 0;
    const onFailure = (error: unknown) => failures.push(error);
    const { scheduler, startAll } = schedulerOf(
      { a: 3 },
      {
        slots: slots({ isolated: 1, shared: 1 }),
        onFailure,
        attempt: async ({ number }) => {
          await turn();
          done += 1;
          if (number > 1) throw new Error(`Try ${number}`);
          return 'healthy';
        },
      },
    );
    startAll();
    await until(() => done === 3);
    await scheduler.drain();
    expect(failures.map(String)).toEqual(['Error: Try 3', 'Error: Try 2']);
    const taken: string[] = [];
    const other = createDeliveryScheduler<string>({
      slots: slots({ isolated: 1, shared: 1 }),
      clock: () => new Date(),
      onFailure,
      claim: async ({ endpointId }, limit) => {
        taken.push(`${limit} of ${endpointId}`);
        if (taken.length < 3) throw new Error('The database is away.');
        return [];
      },
      attempt: never,
    });
    for (let count = 1; count <= 3; count += 1) {
      other.start({ workspaceId: 'w', endpointId: 'a', failing: false });
      await until(() => taken.length === count && failures.length === 2 + Math.min(count, 2));
    }
    expect(taken).toEqual(['1 of a', '1 of a', '1 of a']);
  });
});
