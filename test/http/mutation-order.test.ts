import { expect, it } from 'vitest';
import { orderMutations } from '../../src/http/mutation-order.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('who gives up a place lets nobody pass those before, and who has none gives up nothing', async () => {
  const order = orderMutations(() => true);
  const begun: string[] = [];
  for (const id of ['1', '2', '3']) void order.take(id).then(() => begun.push(id));
  order.leave('2');
  order.leave('4');
  await settled();
  expect(begun).toEqual(['1']);
  order.leave('1');
  await settled();
  expect(begun).toEqual(['1', '2', '3']);
});

it('a mutation whose socket has closed while it waited does not begin', async () => {
  let isOpen = true;
  const order = orderMutations(() => isOpen);
  const [first, second] = [order.take('1'), order.take('2')];
  expect(await first).toBe(true);
  isOpen = false;
  order.leave('1');
  expect(await second).toBe(false);
});
