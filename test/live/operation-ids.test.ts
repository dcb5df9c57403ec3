import { describe, expect, it } from 'vitest';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { eventually } from './support/listen.js';
import { type Frame, rawSocket } from './support/raw-socket.js';

const parley = useParley({ quietMs: 100 });
const workspace = useWorkspace(parley);

const EVENTS = 'subscription { events { id conversation { subject } } }';

async function openSocket() {
  const socket = await rawSocket(parley.url, workspace.apiKey);
  await socket.init();
  let pings = 0;
  return {
    ...socket,
    subscribe: (id: string, query = EVENTS, more = {}) =>
      socket.say({ type: 'subscribe', id, payload: { query, ...more } }),
    complete: (id: string) => socket.say({ type: 'complete', id }),
    of: (type: string, id?: string) => socket.frames.filter((frame) => frame.type === type && frame.id === id),
    /** Settles when the server has taken all messages until now. */
    taken: async () => {
      pings += 1;
      const payload = { number: pings };
      socket.say({ type: 'ping', payload });
      await eventually(
        () => socket.frames.some((frame) => JSON.stringify(frame.payload) === JSON.stringify(payload)),
        'a pong',
      );
    },
  };
}

const subjectsIn = (frames: Frame[]) =>
  frames.map(({ payload }) => JSON.stringify(payload).match(/"subject":"(\w+)"/)?.[1]);

describe('an operation id that is used again right after complete', () => {
  const before: [what: string, query: string][] = [
    ['the same subscription', EVENTS],
    ['another subscription', 'subscription { events(types: ["message.added"]) { id } }'],
    ['a query', '{ __typename }'],
    ['a mutation', 'mutation { createConversation(input: {}) { __typename } }'],
    ['a document that is refused', '{ nonsense }'],
    ['a subscription that is refused', 'subscription { events(after: "nonsense") { id } }'],
  ];

  it.each(before)('has one live subscription after %s', async (_what, query) => {
    for (const rounds of [1, 2, 5]) {
      const { subscribe, complete, of, taken, socket } = await openSocket();
      for (let round = 0; round < rounds; round += 1) {
        subscribe('1', query);
        complete('1');
      }
      subscribe('1');
      await eventually(async () => {
        await makeConversation(workspace, { subject: 'Early' });
        return of('next', '1').some((frame) => subjectsIn([frame])[0] === 'Early');
      }, 'the first event');
      await makeConversation(workspace, { subject: 'Late' });
      const late = () => subjectsIn(of('next', '1')).filter((subject) => subject === 'Late');
      await eventually(() => late().length > 0, 'the event');
      await makeConversation(workspace, { subject: 'Last' });
      await eventually(() => subjectsIn(of('next', '1')).includes('Last'), 'the last event');
      expect(late()).toHaveLength(1);
      expect(of('complete', '1')).toEqual([]);
      expect(of('error', '1')).toEqual([]);
      complete('1');
      await taken();
      expect(socket.readyState).toBe(socket.OPEN);
      socket.close();
    }
  });

  it('has none if that was completed too', async () => {
    const { subscribe, complete, of, taken, frames, socket } = await openSocket();
    for (let round = 0; round < 20; round += 1) {
      subscribe('1');
      complete('1');
    }
    subscribe('2');
    await eventually(async () => {
      await makeConversation(workspace);
      return of('next', '2').length > 0;
    }, 'an event of another subscription');
    await taken();
    expect(of('next', '1')).toEqual([]);
    const pings = () => frames.filter(({ type, payload }) => type === 'ping' && payload).length;
    complete('2');
    subscribe('3');
    const sent = pings();
    await eventually(() => pings() > sent, 'a cursor');
    socket.close();
  });

  it('closes the socket with 4409 if it is used once more without another complete', async () => {
    const { subscribe, complete, closed } = await openSocket();
    const long = 'x'.repeat(300);
    subscribe(long);
    complete(long);
    subscribe(long);
    subscribe(long);
    expect((await closed).code).toBe(4409);
  });
});

it('an operation that was completed before it was refused does not keep the socket from getting cursors', async () => {
  const { subscribe, complete, frames, socket } = await openSocket();
  subscribe('1', '{ nonsense }');
  complete('1');
  subscribe('2');
  await eventually(
    () => frames.some(({ type, payload }) => type === 'ping' && JSON.stringify(payload).includes('cursor')),
    'a cursor',
  );
  socket.close();
});

it('an empty operation name is none over a socket', async () => {
  const { subscribe, of, socket } = await openSocket();
  for (const query of ['{ __typename }', 'query a { __typename }']) {
    subscribe(query, query, { operationName: '' });
    await eventually(() => of('complete', query).length > 0, 'the answer');
    expect(of('next', query)).toMatchObject([{ payload: { data: { __typename: 'Query' } } }]);
  }
  subscribe('events', `query a { __typename } ${EVENTS}`, { operationName: '' });
  await eventually(() => of('error', 'events').length > 0, 'the refusal');
  expect(JSON.stringify(of('error', 'events'))).toContain('OPERATION_RESOLUTION_FAILURE');
  socket.close();
});
