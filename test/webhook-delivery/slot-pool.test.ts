import { expect, it } from 'vitest';
import { createPlaces } from '../../src/webhook-delivery/slot-pool.js';

it('a slot no longer needed by the first in the queue goes to the next', () => {
  const places = createPlaces<{ workspaceId: string; fill: () => void }>({ total: 1, perWorkspace: 1 });
  expect(places.take('one', 1)).toBe(1);
  let taken = 0;
  const useful = {
    workspaceId: 'one',
    fill: () => {
      taken += places.take('one', 1);
    },
  };
  places.wait({ workspaceId: 'one', fill: () => undefined });
  places.wait(useful);
  places.wait(useful);
  places.give('one', 1);
  expect(taken).toBe(1);
});

it('a free slot wakes no one whose workspace already holds its share', () => {
  const places = createPlaces<{ workspaceId: string; fill: () => void }>({ total: 4, perWorkspace: 2 });
  expect(places.take('one', 4)).toBe(2);
  expect(places.take('other', 1)).toBe(1);
  const woken: string[] = [];
  for (const workspaceId of ['one', 'third']) places.wait({ workspaceId, fill: () => woken.push(workspaceId) });
  places.give('other', 1);
  expect(woken).toEqual(['third']);
});
