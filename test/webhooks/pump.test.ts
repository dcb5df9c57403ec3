import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createPump, type PumpWork } from '../../src/webhooks/pump.js';

let now = Date.now();

type Item = { endpointId: string; number: number };

/** A pump over endpoints with so many deliveries each. */
function pumpOf(
  counts: Record<string, number>,
  work: Pick<PumpWork<Item>, 'attempt' | 'slots'> & Partial<Pick<PumpWork<Item>, 'onFailure'>>,
) {
  const left = new Map(Object.entries(counts));
  const taken: Item[] = [];
  const pump = createPump<Item>({
    onFailure: (error) => {
      throw error;
    },
    ...work,
    // Pauses are over as soon as they begin.
    clock: () => {
      now += 60_000;
      return new Date(now);
    },
    take: async ({ endpointId }, limit) => {
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
    for (const each of Object.keys(counts)) pump.start({ workspaceId: 'w', endpointId: each, failing: false });
  };
  return { pump, taken, startAll };
}

const never = () => new Promise<null>(() => undefined);

async function until(holds: () => boolean): Promise<void> {
  for (let turns = 0; !holds(); turns += 1) {
    if (turns > 10_000) throw new Error('It does not come to that.');
    await turn();
  }
}

describe('the tries', () => {
  it('at one endpoint go on while a hundred others hang, each of which holds one place', async () => {
    const dead = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`dead ${index}`, 50]));
    let done = 0;
    const { taken, startAll } = pumpOf(
      { ...dead, live: 1000 },
      {
        slots: { failing: 10, others: 110 },
        attempt: async ({ endpointId }) => {
          if (endpointId !== 'live') return never();
          await turn();
          done += 1;
          return true;
        },
      },
    );
    startAll();
    await until(() => done === 1000);
    expect(taken.filter(({ endpointId }) => endpointId !== 'live')).toHaveLength(100);
  });

  it('at endpoints that fail take none of the places of the others', async () => {
    const dead = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`dead ${index}`, 3]));
    let done = 0;
    const { startAll } = pumpOf(
      { ...dead, live: 100 },
      {
        slots: { failing: 5, others: 1 },
        attempt: async ({ endpointId, number }) => {
          await turn();
          if (endpointId === 'live') {
            done += 1;
            return true;
          }
          // The first one fails at once, and from then on it hangs.
          return number === 3 ? false : never();
        },
      },
    );
    startAll();
    await until(() => done === 100);
  });

  it('at one endpoint double with each success up to 8 at once, and after a failure are one', async () => {
    let running = 0;
    const most: number[] = [];
    let failing = false;
    const { pump, startAll } = pumpOf(
      { a: 100 },
      {
        slots: { failing: 100, others: 100 },
        attempt: async ({ number }) => {
          running += 1;
          most.push(running);
          failing ||= number === 40;
          await turn();
          running -= 1;
          return !failing;
        },
      },
    );
    startAll();
    await until(() => most.length === 100);
    await pump.drain();
    expect(most[0]).toBe(1);
    expect(Math.max(...most)).toBe(8);
    expect(most.slice(-30).every((count) => count === 1)).toBe(true);
  });

  it('of endpoints that wait for a place take turns', async () => {
    const order: string[] = [];
    const { startAll } = pumpOf(
      { a: 20, b: 20, c: 20 },
      {
        slots: { failing: 1, others: 1 },
        attempt: async ({ endpointId }) => {
          order.push(endpointId);
          await turn();
          return true;
        },
      },
    );
    startAll();
    await until(() => order.length === 60);
    for (const each of ['a', 'b', 'c']) expect(order.slice(0, 12).filter((name) => name === each)).toHaveLength(4);
  });

  it('that run are waited for when it stops, and none begins any more', async () => {
    let release = () => {};
    let begun = 0;
    const { pump, startAll } = pumpOf(
      { a: 5 },
      {
        slots: { failing: 5, others: 5 },
        attempt: async () => {
          begun += 1;
          await new Promise<void>((resolve) => {
            release = resolve;
          });
          return true;
        },
      },
    );
    startAll();
    await until(() => begun === 1);
    const drained = pump.drain();
    startAll();
    release();
    await drained;
    await turn();
    expect(begun).toBe(1);
  });

  it('that break, and what cannot be taken, hold no place', async () => {
    const failures: unknown[] = [];
    let done = 0;
    const slots = { failing: 1, others: 1 };
    const onFailure = (error: unknown) => failures.push(error);
    const { pump, startAll } = pumpOf(
      { a: 3 },
      {
        slots,
        onFailure,
        attempt: async ({ number }) => {
          await turn();
          done += 1;
          if (number > 1) throw new Error(`Try ${number}`);
          return true;
        },
      },
    );
    startAll();
    await until(() => done === 3);
    await pump.drain();
    expect(failures.map(String)).toEqual(['Error: Try 3', 'Error: Try 2']);
    const taken: string[] = [];
    const other = createPump<string>({
      slots,
      clock: () => new Date(),
      onFailure,
      take: async ({ endpointId }, limit) => {
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
