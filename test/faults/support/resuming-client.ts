import { MessageType, parseMessage, stringifyMessage } from 'graphql-ws';
import { WebSocket } from 'ws';

export type ResumingClient = {
  /** The ids of all events that were received, in the order of their arrival, over all sockets. */
  ids: string[];
  /** Results that were not events. */
  failures: unknown[];
  /** The close codes of sockets, except those cut by the test. */
  closeCodes: number[];
  /** How many subscriptions were begun. */
  subscriptions: () => number;
  /** Tears the socket down; the next one goes on behind the last cursor. */
  cut: () => void;
  /** What the socket lets in from now on is left unread. */
  pause: () => void;
  stop: () => void;
};

export type ResumingClientOptions = {
  /** Where to connect the next time. */
  nextUrl: () => string;
  apiKey: string;
  /** What to ask of each event besides its id. */
  fields?: string;
  /** Where to begin. */
  after: string;
  /** What the client does when a socket is closed for it; default: connects again. */
  stayClosed?: boolean;
};

const PAUSE_MS = 50;

/** A client as the documentation asks for: it keeps the last cursor, and goes on behind it after every break. */
export function resumeAlways({
  nextUrl,
  apiKey,
  fields = '',
  after,
  stayClosed = false,
}: ResumingClientOptions): ResumingClient {
  const query = `subscription ($after: String) { events(after: $after) { id ${fields} } }`;
  const client: Pick<ResumingClient, 'ids' | 'failures' | 'closeCodes'> = { ids: [], failures: [], closeCodes: [] };
  let cursor = after;
  let begun = 0;
  let stopped = false;
  let current = open();

  function open(): WebSocket {
    const socket = new WebSocket(nextUrl().replace(/^http/, 'ws'), 'graphql-transport-ws');
    let cutHere = false;
    const send = (message: Parameters<typeof stringifyMessage>[0]) => socket.send(stringifyMessage(message));
    socket.on('open', () => send({ type: MessageType.ConnectionInit, payload: { Authorization: `Bearer ${apiKey}` } }));
    socket.on('message', (data) => {
      // What was on its way when the socket was torn down has never arrived.
      if (socket !== current) return;
      const message = parseMessage(String(data));
      if (message.type === MessageType.Ping) send({ type: MessageType.Pong });
      if (message.type === MessageType.ConnectionAck) {
        begun += 1;
        send({ id: 'events', type: MessageType.Subscribe, payload: { query, variables: { after: cursor } } });
      }
      if (message.type === MessageType.Next) take(message.payload);
      if (message.type === MessageType.Error) client.failures.push(message.payload);
      // It ended without the socket: a client begins again.
      if (message.type === MessageType.Complete || message.type === MessageType.Error) {
        cutHere = true;
        socket.close(1000);
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      if (!cutHere && socket === current) client.closeCodes.push(code);
      if (stopped || stayClosed || socket !== current) return;
      setTimeout(() => {
        if (!stopped && socket === current) current = open();
      }, Math.random() * PAUSE_MS);
    });
    socket.once('cut', () => {
      cutHere = true;
    });
    return socket;
  }

  function take({ data, errors, extensions }: { data?: unknown; errors?: unknown; extensions?: unknown }): void {
    const id = read(read(data, 'events'), 'id');
    const next = read(extensions, 'cursor');
    if (errors || typeof id !== 'string' || typeof next !== 'string') {
      client.failures.push(errors ?? { data, extensions });
      return;
    }
    client.ids.push(id);
    cursor = next;
  }

  function cut(): void {
    const torn = current;
    torn.emit('cut');
    if (!stopped) current = open();
    torn.terminate();
  }

  return {
    ...client,
    subscriptions: () => begun,
    cut,
    pause: () => current.pause(),
    stop: () => {
      stopped = true;
      cut();
    },
  };
}

function read(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
