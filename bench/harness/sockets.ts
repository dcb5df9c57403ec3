import { setTimeout as sleep } from 'node:timers/promises';
import { type RawData, WebSocket } from 'ws';

/** What a socket subscribes to. */
export type Subscription = { apiKey: string; query: string; variables: Record<string, unknown> };

/** Many clients of a server, with subscriptions in the protocol graphql-transport-ws. */
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
/** A result without data, as for a subscription that a limit refuses. */
const REFUSAL = '"type":"next","payload":{"errors"';

/** Opens sockets, some at a time, each with some subscriptions, which have the key of the first of them. */
export async function openSockets(
  origin: string,
  subscriptions: readonly Subscription[],
  { perSocket = 1, atOnce = OPENING } = {},
): Promise<Sockets> {
  const url = `${origin.replace(/^http/, 'ws')}/graphql`;
  const sockets: WebSocket[] = [];
  let received = 0;
  let reached = 0;
  let first: string | null = null;
  let failure: Error | null = null;

  function open(begin: number): Promise<void> {
    const own = subscriptions.slice(begin, begin + perSocket);
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
        socket.send(
          JSON.stringify({ type: 'connection_init', payload: { Authorization: `Bearer ${own[0]?.apiKey}` } }),
        ),
      );
      socket.on('message', (data: RawData) => {
        const text = data.toString();
        if (text.includes(REFUSAL)) fail(text);
        else if (text.includes(RESULT)) {
          received += 1;
          first ??= text;
          if (isFirst) reached += 1;
          isFirst = false;
        } else if (text.includes('"connection_ack"')) {
          for (const [index, { query, variables }] of own.entries()) {
            const message = { id: String(index + 1), type: 'subscribe', payload: { query, variables } };
            socket.send(JSON.stringify(message), () => resolve());
          }
        } else if (text.includes('"type":"error"')) fail(text);
      });
    });
  }

  async function wait(what: string, holds: () => boolean): Promise<void> {
    let before = received;
    for (let deadline = Date.now() + PATIENCE_MS; !holds(); await sleep(1)) {
      if (failure) throw failure;
      // On a busy machine all of them may take long.
      if (received > before) deadline = Date.now() + PATIENCE_MS;
      before = received;
      if (Date.now() > deadline) throw new Error(`${origin} did not send ${what}: ${received} results arrived.`);
    }
  }

  const begins = Array.from({ length: Math.ceil(subscriptions.length / perSocket) }, (_, index) => index * perSocket);
  for (let index = 0; index < begins.length; index += atOnce) {
    await Promise.all(begins.slice(index, index + atOnce).map(open));
  }
  return {
    count: begins.length,
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
