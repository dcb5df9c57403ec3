import { setTimeout as sleep } from 'node:timers/promises';
import { type RawData, WebSocket } from 'ws';

/** What a socket subscribes to. */
export type Subscription = { apiKey: string; query: string; variables: Record<string, unknown> };

/** Many clients of a server, each with one subscription in the protocol graphql-transport-ws. */
export type Sockets = {
  count: number;
  /** How many results have arrived, over all sockets. */
  received: () => number;
  /** How many sockets have received something. */
  reached: () => number;
  /** The first frame with a result. Rejects if none arrives. */
  firstFrame: () => Promise<string>;
  /** Resolves when this many results have arrived. Rejects if they do not. */
  until: (received: number) => Promise<void>;
  close: () => Promise<void>;
};

const OPENING = 50;
const PATIENCE_MS = 60_000;
const PROTOCOL = 'graphql-transport-ws';
const RESULT = '"type":"next"';

/** Opens sockets, some at a time. */
export async function openSockets(origin: string, subscriptions: readonly Subscription[]): Promise<Sockets> {
  const url = `${origin.replace(/^http/, 'ws')}/graphql`;
  const sockets: WebSocket[] = [];
  let received = 0;
  let reached = 0;
  let first: string | null = null;
  let failure: Error | null = null;

  function open({ apiKey, query, variables }: Subscription): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, PROTOCOL, { perMessageDeflate: false });
      sockets.push(socket);
      let isFirst = true;
      const fail = (reason: string) => {
        failure ??= new Error(`A socket of ${origin} failed: ${reason}`);
        reject(failure);
      };
      socket.on('error', ({ message }) => fail(message));
      socket.on('close', (code, reason) => code === 1000 || fail(`${code} ${reason}`));
      socket.on('open', () =>
        socket.send(JSON.stringify({ type: 'connection_init', payload: { Authorization: `Bearer ${apiKey}` } })),
      );
      socket.on('message', (data: RawData) => {
        const text = data.toString();
        if (text.includes(RESULT)) {
          received += 1;
          first ??= text;
          if (isFirst) reached += 1;
          isFirst = false;
        } else if (text.includes('"connection_ack"')) {
          socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query, variables } }), () => resolve());
        } else if (text.includes('"type":"error"')) fail(text);
      });
    });
  }

  async function wait(what: string, holds: () => boolean): Promise<void> {
    for (const deadline = Date.now() + PATIENCE_MS; !holds(); await sleep(1)) {
      if (failure) throw failure;
      if (Date.now() > deadline) throw new Error(`${origin} did not send ${what}: ${received} results arrived.`);
    }
  }

  for (let index = 0; index < subscriptions.length; index += OPENING) {
    await Promise.all(subscriptions.slice(index, index + OPENING).map(open));
  }
  return {
    count: subscriptions.length,
    received: () => received,
    reached: () => reached,
    firstFrame: async () => {
      await wait('a result', () => first !== null);
      return first ?? '';
    },
    until: (wanted) => wait(`${wanted} results`, () => received >= wanted),
    close: async () => {
      for (const socket of sockets) socket.close(1000);
      await wait('close frames', () => sockets.every(({ readyState }) => readyState === WebSocket.CLOSED));
    },
  };
}
