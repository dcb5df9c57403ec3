import { describe, expect, it } from 'vitest';
import { createAdmission } from '../../src/http/admission.js';
import { seededRandom } from '../support/seeded-random.js';

/** What the event loop of this server does with a piece of work, in milliseconds: 250 of them a second. */
const WORK_MS = 4;

type Fate = { arrived: number; began: number | null; refused: number | null; ended: number | null };

/** Time that passes as fast as what happens in it is computed. */
function simulateTime() {
  let now = 0;
  const events: { at: number; act: () => void }[] = [];
  const after = (ms: number, act: () => void) => {
    const event = { at: now + ms, act };
    const index = events.findLastIndex(({ at }) => at <= event.at);
    events.splice(index + 1, 0, event);
  };
  const every = (ms: number, act: () => void) => {
    const again = () => {
      act();
      after(ms, again);
    };
    after(ms, again);
    return () => undefined;
  };
  const pass = (ms: number) => {
    const end = now + ms;
    for (let next = events[0]; next && next.at <= end; next = events[0]) {
      events.shift();
      now = next.at;
      next.act();
    }
    now = end;
  };
  return { now: () => now, after, every, pass };
}

/** A server with one event loop, in simulated time: what it takes is done one after the other. */
function simulate({ refusesQueues = true } = {}) {
  const time = simulateTime();
  const { now, after, pass } = time;
  let busyUntil = 0;
  let lookedAt = 0;
  let busy = 0;
  const admission = createAdmission({
    maxWaiting: 1_000,
    maxLoopDelayMs: 0,
    refusesQueues,
    time,
    loopLoad: {
      delayMs: () => 0,
      utilization: () => {
        const elapsed = now() - lookedAt;
        lookedAt = now();
        const utilization = Math.min(1, busy / elapsed);
        busy = Math.max(0, busy - elapsed);
        return utilization;
      },
    },
    onShed: () => undefined,
  });
  const fates: Fate[] = [];
  /** Sends a piece of work; `elsewhereMs` is how long it waits for the database besides. */
  const send = (caller: string, { cost = 1_000, elsewhereMs = 0, workMs = WORK_MS, onEnd = () => {} } = {}): Fate => {
    const fate: Fate = { arrived: now(), began: null, refused: null, ended: null };
    fates.push(fate);
    admission.take({
      caller,
      begin: (leave) => {
        fate.began = now();
        busyUntil = Math.max(busyUntil, now()) + workMs;
        busy += workMs;
        after(busyUntil - now() + elsewhereMs, () => {
          fate.ended = now();
          leave(cost);
          onEnd();
        });
      },
      refuse: () => {
        fate.refused = now();
        onEnd();
      },
      isWaiting: () => true,
    });
    return fate;
  };
  /** Sends so many a second for some time, of that many callers in turn. */
  const sendEvenly = (perSecond: number, seconds: number, callers = 200): Fate[] => {
    const sent: Fate[] = [];
    for (let index = 0; index < perSecond * seconds; index += 1) {
      after((index * 1_000) / perSecond, () => void sent.push(send(`caller ${index % callers}`)));
    }
    return sent;
  };
  const soon = (act: () => void) => after(1, act);
  return { fates, send, sendEvenly, now, after, soon, pass };
}

const accepted = (fates: readonly Fate[]) => fates.filter(({ ended }) => ended !== null);
const refused = (fates: readonly Fate[]) => fates.filter(({ refused }) => refused !== null);
const tookOf = (fates: readonly Fate[]) =>
  accepted(fates)
    .map(({ arrived, ended }) => (ended ?? 0) - arrived)
    .toSorted((one, other) => one - other);
const percentile = (values: readonly number[], part: number) => values[Math.floor(values.length * part)] ?? 0;

describe('admission', () => {
  it('answers fast what it takes, and refuses the rest soon, while three times as much comes as can be done', () => {
    const { fates, sendEvenly, pass } = simulate();
    sendEvenly(750, 10);
    pass(12_000);
    expect(accepted(fates).length).toBeGreaterThan(0.95 * 250 * 10);
    expect(percentile(tookOf(fates), 0.99)).toBeLessThan(10 * WORK_MS);
    expect(accepted(fates).length + refused(fates).length).toBe(fates.length);
    const later = fates.filter(({ arrived }) => arrived > 2_000);
    for (const { arrived, refused } of later) expect((refused ?? arrived) - arrived).toBeLessThanOrEqual(100);
  });

  it('is as before as soon as no more comes than can be done', () => {
    const { fates, sendEvenly, pass } = simulate();
    sendEvenly(750, 3);
    pass(3_500);
    sendEvenly(125, 3);
    pass(4_000);
    const after = fates.slice(750 * 3);
    expect(refused(after)).toEqual([]);
    expect(percentile(tookOf(after), 1 - Number.EPSILON)).toBeLessThanOrEqual(2 * WORK_MS);
  });

  it('answers all of a burst, though that takes longer', () => {
    const { fates, send, pass } = simulate();
    for (let index = 0; index < 600; index += 1) send(`caller ${index}`);
    pass(3_000);
    expect(accepted(fates)).toHaveLength(600);
  });

  it('lets those begin first that came first, and refuses none, while they wait for their answers', () => {
    const { fates, send, now, pass } = simulate();
    const again = (caller: string) => void send(caller, { onEnd: () => now() < 5_000 && again(caller) });
    for (let index = 0; index < 16; index += 1) again(`caller ${index}`);
    pass(6_000);
    expect(refused(fates)).toEqual([]);
    const order = fates.map(({ began }) => began ?? 0);
    expect(order).toEqual(order.toSorted((one, other) => one - other));
  });

  it('has nobody wait much longer than others who happens to have asked more often lately', () => {
    const { fates, send, now, pass } = simulate();
    const random = seededRandom(1);
    const again = () =>
      void send(`caller ${Math.floor(random() * 200)}`, { cost: 3_000, onEnd: () => now() < 10_000 && again() });
    for (let index = 0; index < 16; index += 1) again();
    pass(12_000);
    expect(refused(fates)).toEqual([]);
    expect(percentile(tookOf(fates), 0.99)).toBeLessThan(2 * 16 * WORK_MS);
  });

  it('refuses some where slightly more comes than can be done, before all wait for seconds', () => {
    const { fates, sendEvenly, pass } = simulate();
    sendEvenly(300, 20);
    pass(25_000);
    expect(refused(fates).length).toBeGreaterThan(0);
    expect(accepted(fates).length).toBeGreaterThan(0.95 * 250 * 20);
    expect(percentile(tookOf(fates), 1 - Number.EPSILON)).toBeLessThan(1_500);
  });

  it('lets much begin at once that waits for the database, while the event loop has time', () => {
    const { fates, send, pass } = simulate();
    for (let index = 0; index < 100; index += 1) send(`caller ${index}`, { workMs: 0.1, elsewhereMs: 2_000 });
    pass(300);
    expect(fates.every(({ began }) => began !== null)).toBe(true);
  });

  it('lets others begin while a caller has much that waits', () => {
    const { fates, send, sendEvenly, pass } = simulate();
    for (let index = 0; index < 100; index += 1) send('one', { workMs: 0.1, elsewhereMs: 60_000 });
    pass(1_000);
    sendEvenly(200, 3);
    pass(4_000);
    const others = fates.slice(100);
    expect(accepted(others)).toHaveLength(others.length);
    expect(percentile(tookOf(others), 0.99)).toBeLessThan(10 * WORK_MS);
  });

  it('refuses those first that cost most, while too much comes', () => {
    const { fates, send, sendEvenly, after, pass } = simulate();
    sendEvenly(500, 10);
    const costly: Fate[] = [];
    for (let index = 0; index < 1_000; index += 1) {
      after(index * 10, () => void costly.push(send('costly', { cost: 50_000, workMs: 50 })));
    }
    pass(12_000);
    expect(accepted(costly).length).toBeLessThan(20);
    const honest = fates.filter((fate) => !costly.includes(fate));
    expect(accepted(honest).length).toBeGreaterThan(0.8 * 250 * 10);
  });

  it('refuses nobody else, and answers them first, while a few callers send as much as they can', () => {
    const { send, sendEvenly, soon, pass } = simulate();
    const again = (caller: string) => {
      send(caller, { cost: 5_000, workMs: 40, onEnd: () => soon(() => again(caller)) });
    };
    for (let index = 0; index < 7 * 20; index += 1) again(`attacker ${index % 7}`);
    const honest = sendEvenly(25, 10, 50);
    pass(10_500);
    expect(accepted(honest)).toHaveLength(250);
    expect(percentile(tookOf(honest), 0.99)).toBeLessThan(500);
  });

  it('refuses nobody else while one caller always has more queued, if nobody waits for long again and again', () => {
    const { send, sendEvenly, soon, pass } = simulate();
    const again = () => void send('attacker', { cost: 5_000, workMs: 30, onEnd: () => soon(again) });
    for (let index = 0; index < 20; index += 1) again();
    pass(24);
    const honest = sendEvenly(100, 20, 50);
    for (let second = 0; second < 20; second += 1) {
      send('long', { workMs: 210 });
      pass(1_000);
    }
    pass(1_000);
    expect(accepted(honest)).toHaveLength(2000);
  });

  it('refuses what one caller queues beyond a quarter of what may wait, so that there is room for others', () => {
    const { fates, send, pass } = simulate();
    for (let index = 0; index < 1_500; index += 1) send('one');
    expect(refused(fates).length).toBeGreaterThan(1_200);
    const other = send('another');
    pass(100);
    expect(other.ended).not.toBeNull();
  });

  it('begins all at once where queues are not refused', () => {
    const { fates, send, pass } = simulate({ refusesQueues: false });
    for (let index = 0; index < 100; index += 1) send('one');
    expect(fates.every(({ began }) => began !== null)).toBe(true);
    pass(1_000);
  });
});
