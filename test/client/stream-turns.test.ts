import { expect, it } from 'vitest';
import { eventually } from '../live/support/listen.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { openClient } from './support/open-client.js';
import { useProxyWithoutSockets } from './support/proxy.js';

// A quiet subscription is told of no cursor in time.
const parley = useParley();
const workspace = useFreshWorkspace(parley);

/** For a machine that does much else. */
const PATIENCE_MS = 30_000;

it('follows more than may be open at once over Server-Sent Events in turn, and misses nothing', async () => {
  const proxy = await useProxyWithoutSockets(parley);
  const startsOfUrgent = new Set<string>();
  const noted: typeof fetch = (input, init) => {
    const body = String(init?.body);
    if (body.includes('subscription') && body.includes('URGENT')) startsOfUrgent.add(body);
    return fetch(input, init);
  };
  const client = await openClient(workspace, proxy, { webSocketImpl: null, maxStreams: 2, fetch: noted });
  const lists = (['LOW', 'HIGH', 'URGENT'] as const).map((priority) => client.list({ priority: [priority] }));
  const counts = client.counts();
  await eventually(() => lists.every((list) => list.state() === 'LIVE'), 'the lists', PATIENCE_MS);
  await eventually(() => counts.value()?.open === 0, 'the numbers', PATIENCE_MS);
  for (let round = 1; round <= 3; round += 1) {
    for (const priority of ['LOW', 'HIGH', 'URGENT'] as const) await makeConversation(workspace, { priority });
    await eventually(() => lists.every((list) => list.rows().length === round), 'the rows of each', PATIENCE_MS);
    await eventually(() => counts.value()?.open === 3 * round, 'the number', PATIENCE_MS);
  }
  // Some that have ended may be seen for a moment longer.
  expect(proxy.mostStreams()).toBeLessThanOrEqual(4);

  // A list that nothing happens to need not have the server read again and again what happened since it began.
  const before = startsOfUrgent.size;
  for (let round = 1; round <= 3; round += 1) {
    await makeConversation(workspace, { priority: 'LOW' });
    await eventually(() => startsOfUrgent.size >= before + round, 'another cursor', PATIENCE_MS);
  }
});
