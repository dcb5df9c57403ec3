import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { put } from '../domain/uploads/support/upload.js';
import { CreateUploadDocument } from '../generated/operations.js';
import { openStream } from '../live/support/event-stream.js';
import { eventually } from '../live/support/listen.js';
import { rawSocket } from '../live/support/raw-socket.js';
import { succeed } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { startParley, type TestWorkspace } from '../support/parley.js';

import { proxies } from './support/proxies.js';

const EVENTS = 'subscription { events { type } }';
const CREATED = { events: { type: 'conversation.created' } };
/** The limits of 50 and 60 seconds and the pings every 12 seconds, shortened in proportion. */
const IDLE_SECONDS = 4;
const PING_MS = 800;
const LIMIT = 3;

/** A socket with a subscription that has begun. */
async function openSocket(url: string, { apiKey }: TestWorkspace) {
  const socket = await rawSocket(url, apiKey);
  let pings = 0;
  socket.socket.on('ping', () => {
    pings += 1;
  });
  await socket.init();
  socket.say({ type: 'subscribe', id: '1', payload: { query: EVENTS } });
  return { ...socket, pings: () => pings };
}

/** The status that a client with an address of its own gets for a key that nobody has. */
async function statusFrom(localAddress: string, url: string, forwardedFor: string): Promise<number | undefined> {
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer parley_sk_${'0'.repeat(43)}`,
    'x-forwarded-for': forwardedFor,
  };
  const sent = request(url, { method: 'POST', localAddress, headers, agent: false });
  sent.end('{"query":"{ __typename }"}');
  const [response] = await once(sent, 'response');
  response.resume();
  return response.statusCode;
}

describe.each(proxies)('behind $name', ({ name, isInstalled, start }) => {
  describe.skipIf(!isInstalled)(`as in deploy/ (only where ${name} is installed)`, () => {
    const parley = useParley({
      pingMs: PING_MS,
      config: { trustedProxies: ['127.0.0.1'], maxFailedAuthentications: LIMIT, redisUrl: undefined },
    });
    const silent = useParley({ pingMs: 3_600_000 });
    const workspace = useFreshWorkspace(parley);

    it('sockets and event streams on which nothing happens live through its limit, because the server pings', async () => {
      const url = await start([parley.url], { idleSeconds: IDLE_SECONDS });
      const [socket, stream] = await Promise.all([
        openSocket(url, workspace),
        openStream(url, workspace.apiKey, EVENTS),
      ]);
      const begun = socket.pings();
      const pings = 2 * Math.ceil((IDLE_SECONDS * 1000) / PING_MS);
      await eventually(() => socket.pings() - begun >= pings, 'pings for twice as long as the limit', 30_000);
      expect([socket.socket.readyState, stream.isOpen()]).toEqual([socket.socket.OPEN, true]);
      expect(stream.keepAlives()).toBeGreaterThan(1);
      await makeConversation(workspace);
      expect(await stream.until(1)).toMatchObject([{ data: CREATED }]);
      await eventually(() => socket.frames.some(({ type }) => type === 'next'), 'the event over the socket');
      socket.socket.close();
    });

    it('without pings the same limit cuts them', async () => {
      // In tests the library says something on event streams every 300 ms, otherwise every 12 seconds.
      vi.stubEnv('NODE_ENV', 'production');
      try {
        const url = await start([silent.url], { idleSeconds: IDLE_SECONDS });
        const [socket, stream] = await Promise.all([
          openSocket(url, workspace),
          openStream(url, workspace.apiKey, EVENTS),
        ]);
        await socket.closed;
        await stream.ended;
        expect(stream.keepAlives()).toBe(1);
      } finally {
        vi.unstubAllEnvs();
      }
    });

    it.each([
      { compress: false },
      { compress: true },
      ...(name === 'nginx' ? [{ compress: true, oldHttp: true }] : []),
    ])('events arrive one by one as they happen, with %o', async (adapt) => {
      const url = await start([parley.url], adapt);
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${workspace.apiKey}` },
        body: JSON.stringify({ query: '{ __typename eventCursor }' }),
      });
      expect([answer.status, answer.headers.get('content-encoding')]).toEqual([200, adapt.compress ? 'gzip' : null]);
      const stream = await openStream(url, workspace.apiKey, EVENTS);
      // What comes before an event is there before it happens, too.
      await eventually(() => stream.keepAlives() > 0, 'the beginning of the stream');
      expect(stream.response.headers.get('content-encoding')).not.toBe('gzip');
      for (let count = 1; count <= 3; count += 1) {
        await makeConversation(workspace);
        expect((await stream.until(count)).at(-1)).toMatchObject({ data: CREATED });
      }
      expect(stream.isOpen()).toBe(true);
    });

    it('the server knows clients by the address that the proxy saw, whatever they claim to be', async () => {
      const url = await start([parley.url]);
      for (let tries = 0; tries < LIMIT; tries += 1) {
        expect(await statusFrom('127.0.0.2', url, `198.51.100.${tries}`)).toBe(401);
      }
      expect(await statusFrom('127.0.0.2', url, '198.51.100.99')).toBe(429);
      expect(await statusFrom('127.0.0.3', url, '127.0.0.2')).toBe(401);
    });

    it('an upload of the largest size passes', async () => {
      const url = await start([parley.url]);
      const created = await succeed(workspace, CreateUploadDocument, { extension: 'pdf' });
      const { pathname, search } = new URL(created.url);
      const through = { ...created, url: new URL(`${pathname}${search}`, url).href };
      expect((await put(through, new Uint8Array(26_214_400))).status).toBe(201);
    });
  });
});

const haproxy = proxies.find(({ name }) => name === 'HAProxy');
describe.skipIf(!haproxy?.isInstalled)(
  'a server behind HAProxy that is told to stop (only where it is installed)',
  () => {
    it('loses no request and takes no new one', async () => {
      if (!haproxy) throw new Error('There is no HAProxy.');
      const [leaving, staying] = await Promise.all([startParley({ config: { drainSeconds: 5 } }), startParley()]);
      try {
        const url = await haproxy.start([leaving.url, staying.url]);
        const { apiKey } = await staying.newWorkspace();
        const statuses: number[] = [];
        let stopped = false;
        const client = async () => {
          while (!stopped) {
            const response = await fetch(url, {
              method: 'POST',
              headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
              body: '{"query":"{ __typename }"}',
            });
            await response.text();
            statuses.push(response.status);
          }
        };
        const traffic = Promise.all([client(), client()]);
        await eventually(() => statuses.length > 20, 'answers');
        await leaving.stop();
        const before = statuses.length;
        await eventually(() => statuses.length > before + 20, 'answers of the other');
        stopped = true;
        await traffic;
        expect(statuses.filter((status) => status !== 200)).toEqual([]);
      } finally {
        await staying.stop();
      }
    });
  },
);
