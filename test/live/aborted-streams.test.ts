import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { eventually } from './support/listen.js';

const MAX_CONNECTIONS = 20;
const parley = useParley({ config: { maxConnections: { key: MAX_CONNECTIONS, user: MAX_CONNECTIONS } } });
const workspace = useFreshWorkspace(parley);

function openStream(query: string, signal: AbortSignal): Promise<Response> {
  return fetch(parley.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${workspace.apiKey}`,
    },
    body: JSON.stringify({ query }),
    signal,
  });
}

it('an event stream whose client goes while it opens is forgotten, and takes no room', {
  timeout: 30_000,
}, async () => {
  for (let count = 0; count < 5 * MAX_CONNECTIONS; count += 1) {
    const left = new AbortController();
    const stream = openStream(`subscription { name${count}: events { type } }`, left.signal).catch(() => undefined);
    // At any moment on the way from the request to the first byte.
    await sleep(count % 15);
    left.abort();
    await stream;
  }
  await eventually(() => parley.live.fanOut.size().subscribers === 0, 'no subscriber that is left');

  const left = new AbortController();
  const { status } = await openStream('subscription { events { type } }', left.signal);
  left.abort();
  expect(status).toBe(200);
});
