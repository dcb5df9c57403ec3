import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createPump, type PumpWork } from '../../src/webhooks/pump.js';

let now = Date.now();

const key = (endpointId: string) => ({ workspaceId: 'w', endpointId });

type Item = { endpointId: string; number: number };

/** A pump over endpoints with so many deliveries each. */
function pumpOf(counts: Record<string, number>, work: Pick<PumpWork<Item>, 'attempt' | 'slots'>) {
  const left = new Map(Object.entries(counts));
  const taken: Item[] = [];
  const pump = createPump<Item>({
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
    for (const each of Object.keys(counts)) pump.start(key(each), false);
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
        slots: { healthy: 110, failing: 10 },
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
        slots: { healthy: 1, failing: 5 },
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
        slots: { healthy: 100, failing: 100 },
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
        slots: { healthy: 1, failing: 1 },
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
        slots: { healthy: 5, failing: 5 },
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
});
