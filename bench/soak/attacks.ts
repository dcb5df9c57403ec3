import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { createPost, HOSTILE_ADDRESS, type Post } from './client.js';
import type { Attacker } from './workspace.js';

/** What attacks need, and how they tell what became of a request. */
export type Target = { url: string; onOutcome: (attack: string, outcome: string) => void };

type Attack = (attacker: Attacker, post: Post, target: Target) => Promise<unknown>;

const PARALLEL = 4;
const SEARCHES = 20;
const SOCKETS = 60;
const SUBSCRIPTIONS = 150;
const SLOW_READERS = 20;
const HOLD_MS = 10_000;
/** After a refusal, so that attackers on the same machine do not take the processors from the server. */
const REFUSED_PAUSE_MS = 100;
const local = HOSTILE_ADDRESS === undefined ? {} : { localAddress: HOSTILE_ADDRESS };

const times = <T>(count: number, one: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => one(i));
const aliases = (count: number, field: string) => times(count, (index) => `a${index}: ${field}`).join(' ');
let rounds = 0;

const texts = (names: number) =>
  `query ($id: ID!) { conversation(id: $id) { messages(first: 10) { nodes { ${aliases(names, 'text')} } } } }`;

/** Ways to make a request expensive, each of which one contact uses as fast as it gets answers. */
export const attacks: Record<string, Attack> = {
  'ever new documents': (attacker, post, target) => {
    rounds += 1;
    const query = `query Q${rounds}_${Math.random().toString(36).slice(2)} { ${aliases(3_300, 'eventCursor')} }`;
    return inParallel('ever new documents', PARALLEL, () => post(attacker.token, query), target);
  },
  'aliases of long texts': ({ token, conversationId }, post, target) =>
    inParallel('aliases of long texts', PARALLEL, () => post(token, texts(200), { id: conversationId }), target),
  searches: ({ token }, post, target) =>
    inParallel(
      'searches',
      SEARCHES,
      () => post(token, '{ messages(first: 100, filter: { search: "parcel come" }) { totalCount nodes { text } } }'),
      target,
    ),
  'wrong variables': ({ token }, post, target) =>
    inParallel(
      'wrong variables',
      PARALLEL,
      () =>
        post(token, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: times(25_000, (index) => [[index]]) }),
      target,
    ),
  'wrong credentials': (_attacker, post, target) =>
    inParallel(
      'wrong credentials',
      PARALLEL,
      () => post(`parley_sk_${randomBytes(24).toString('base64url')}`, '{ viewer { role } }'),
      target,
    ),
  sockets: floodSockets,
  'slow readers': readSlowly,
};

/** Runs an attack again and again. */
export async function attackForever(name: string, attacker: Attacker, target: Target): Promise<never> {
  const post = createPost(target.url, HOSTILE_ADDRESS);
  for (;;) {
    await attacks[name]?.(attacker, post, target);
    // Only so that others of the same process have their turn.
    await sleep(0);
  }
}

function inParallel(name: string, count: number, request: () => ReturnType<Post>, { onOutcome }: Target) {
  return Promise.all(
    times(count, async () => {
      const { status, body } = await request();
      if ([429, 503].includes(status)) await sleep(REFUSED_PAUSE_MS);
      const code = /"code":"(\w+)"/.exec(body)?.[1];
      onOutcome(name, code ?? String(status));
    }),
  );
}

/** Opens more sockets than a caller may have, and runs more subscriptions on each than it may. */
async function floodSockets({ token, conversationId }: Attacker, _post: Post, { url, onOutcome }: Target) {
  await Promise.all(
    times(SOCKETS, async () => {
      const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws', local);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.on('error', () => undefined);
      socket.once('open', () =>
        socket.send(JSON.stringify({ type: 'connection_init', payload: { Authorization: `Bearer ${token}` } })),
      );
      socket.on('message', (data) => {
        if (!String(data).includes('connection_ack')) return;
        for (const [index, query] of times(
          SUBSCRIPTIONS,
          (each) => `subscription { a${each}: events(conversationId: "${conversationId}") { id } }`,
        ).entries()) {
          socket.send(JSON.stringify({ type: 'subscribe', id: String(index), payload: { query } }));
        }
      });
      const code = await Promise.race([closed, sleep(HOLD_MS, 'held', { ref: false })]);
      onOutcome('sockets', String(code));
      socket.terminate();
    }),
  );
}

/** Asks for large results, and reads none of them. */
async function readSlowly({ token, conversationId }: Attacker, _post: Post, { url, onOutcome }: Target) {
  const { hostname, port, pathname } = new URL(url);
  const body = JSON.stringify({ query: texts(60), variables: { id: conversationId } });
  const request = `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  await Promise.all(
    times(SLOW_READERS, async () => {
      const socket = connect({ host: '127.0.0.1', port: Number(port), ...local });
      socket.on('error', () => undefined).pause();
      socket.write(request);
      await sleep(HOLD_MS);
      socket.destroy();
      onOutcome('slow readers', 'held');
    }),
  );
}
