import { expect, it } from 'vitest';
import { connect, eventually, listen } from '../live/support/listen.js';
import { rawSocket } from '../live/support/raw-socket.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';

const LIMIT = 100;
let delay = 0;
const parley = useParley({ config: { maxEventLoopDelayMs: LIMIT }, loopLoad: { delayMs: () => delay } });
const workspace = useFreshWorkspace(parley);

const QUERY = '{ conversations { totalCount } }';
const REFUSED = [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }];
const statusOf = async (path: string) => (await fetch(new URL(path, parley.url))).status;

it('while the event loop is late, requests, operations and sockets are refused, and what runs goes on', async () => {
  const client = connect(parley.url, workspace.apiKey);
  const events = listen(client, 'subscription { events { type } }', {});
  await eventually(() => parley.live.fanOut.size().subscribers === 1, 'the subscription');

  delay = LIMIT + 1;
  const refused = await workspace.post(QUERY);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  expect(refused.body.errors).toMatchObject(REFUSED);
  const operation = listen(client, QUERY, {});
  expect(await operation.ended).toMatchObject(REFUSED);
  const { init, closed } = await rawSocket(parley.url, workspace.apiKey);
  await init();
  expect(await closed).toMatchObject({ code: 1013 });
  expect([await statusOf('/healthz'), await statusOf('/readyz')]).toEqual([200, 200]);
  const metrics = await (await fetch(new URL('/metrics', parley.url))).text();
  expect(metrics).toContain('parley_shed_total{reason="event_loop"} 3');

  // It would come and go with every measurement if it ended at the limit itself.
  delay = LIMIT;
  expect((await workspace.post(QUERY)).status).toBe(503);
  delay = LIMIT / 2;
  expect((await workspace.post(QUERY)).status).toBe(200);
  await workspace.post('mutation { createConversation(input: {}) { __typename } }');
  expect(await events.until(1)).toMatchObject([{ data: { events: { type: 'conversation.created' } } }]);
  await client.dispose();
});
