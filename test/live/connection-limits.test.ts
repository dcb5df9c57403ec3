import { expect, it } from 'vitest';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import type { TestWorkspace } from '../support/parley.js';
import { signInAs } from '../support/token.js';
import { eventually } from './support/listen.js';
import { rawSocket } from './support/raw-socket.js';

const parley = useParley({ config: { maxConnections: { key: 3, user: 2 } } });
const workspace = useFreshWorkspace(parley);

async function open({ apiKey }: TestWorkspace) {
  const socket = await rawSocket(parley.url, apiKey);
  await socket.init();
  return socket;
}

const stream = ({ apiKey }: TestWorkspace, signal: AbortSignal) =>
  fetch(parley.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${apiKey}`,
    },
    body: JSON.stringify({ query: 'subscription { events { id } }' }),
    signal,
  });

const REFUSAL = { code: 1013, reason: 'You have too many connections open: close some, or share one' };

it('a caller opens no more sockets than it may, and one more as soon as another is closed', async () => {
  const [contact, other] = [await signInAs(parley, workspace, 'CONTACT'), await signInAs(parley, workspace, 'CONTACT')];
  const [first, second] = [await open(contact), await open(contact)];
  expect(await (await open(contact)).closed).toEqual(REFUSAL);
  const [others, keys] = [await open(other), await open(workspace)];
  first.socket.close();
  await first.closed;
  const readyState = async () => {
    const again = await open(contact);
    const { readyState, OPEN } = again.socket;
    again.socket.close();
    return readyState === OPEN;
  };
  await eventually(readyState, 'room for another socket');
  for (const { socket } of [second, others, keys]) socket.close();
});

it('event streams count like sockets, and are refused with RATE_LIMITED', async () => {
  const contact = await signInAs(parley, workspace, 'CONTACT');
  const { socket } = await open(contact);
  const streams = new AbortController();
  expect((await stream(contact, streams.signal)).status).toBe(200);
  const refused = await stream(contact, streams.signal);
  expect(await refused.text()).toContain('"code":"RATE_LIMITED"');
  streams.abort();
  socket.close();
});
