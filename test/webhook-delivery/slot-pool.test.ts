import { expect, it } from 'vitest';
import { createSlotPool } from '../../src/webhook-delivery/slot-pool.js';

it('a slot no longer needed by the first in the queue goes to the next', () => {
  const pool = createSlotPool<{ workspaceId: string; fill: () => void }>({ total: 1, perWorkspace: 1 });
  expect(pool.acquire('one', 1)).toBe(1);
  let taken = 0;
  const useful = {
    workspaceId: 'one',
    fill: () => {
      taken += pool.acquire('one', 1);
    },
  };
  pool.wait({ workspaceId: 'one', fill: () => undefined });
  pool.wait(useful);
  pool.wait(useful);
  pool.release('one', 1);
  expect(taken).toBe(1);
});

it('a free slot wakes no one whose workspace already holds its share', () => {
  const pool = createSlotPool<{ workspaceId: string; fill: () => void }>({ total: 4, perWorkspace: 2 });
  expect(pool.acquire('one', 4)).toBe(2);
  expect(pool.acquire('other', 1)).toBe(1);
  const woken: string[] = [];
  for (const workspaceId of ['one', 'third']) pool.wait({ workspaceId, fill: () => woken.push(workspaceId) });
  pool.release('other', 1);
  expect(woken).toEqual(['third']);
});
