import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { handleProtocols, makeServer, type ServerOptions } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { withTimeout } from '../lib/async.js';
import { markInexactNumbers } from '../lib/exact-numbers.js';
import type { Session } from '../live/sessions.js';
import type { MutationOrder } from './mutation-order.js';
import { oneOperationPerId } from './operation-order.js';
import { abandon, type RequestScope } from './request-scope.js';
import { sendText } from './send-delivery.js';
import { hasReadableUrl, NO_READABLE_URL } from './server.js';
import type { Feeds } from './socket-feeds.js';
import { keepAlive } from './socket-health.js';
import type { SocketTurns } from './socket-turns.js';

/** What graphql-ws keeps for each socket on our behalf. */
export type SocketExtra = {
  socket: WebSocket;
  /** What the socket writes to. */
  stream: Duplex;
  /** The handshake; null once the client has authenticated, because it is large. */
  request: IncomingMessage | null;
  /** Set once the client has authenticated. */
  connection: Connection | null;
};

/** An authenticated socket. */
export type Connection = {
  session: Session;
  /** The client's. */
  address: string;
  /** Ids of operations that are starting, whose position in the log is not known yet. */
  starting: Set<string>;
  /** Operations that run until their only result. */
  running: Map<string, RequestScope>;
  /** Subscriptions to events. */
  feeds: Feeds;
  turns: SocketTurns;
  /** Whether an operation that comes now is refused, so that it need not wait for its turn. */
  isRefused: () => boolean;
  mutations: MutationOrder;
  close: () => void;
};

export type WebSocketOptions = {
  path: string;
  /** The handlers of the protocol. */
  protocol: ServerOptions<Record<string, unknown>, SocketExtra>;
  /** Whether the handshake may come from where it does; a page that may not is refused with 403. */
  mayConnect: (request: IncomingMessage) => boolean;
  maxMessageBytes: number;
  /** How often clients are pinged; one that has not answered by the next ping is dropped. */
  pingMs: number;
  /** Called with unexpected errors. */
  onFailure: (error: unknown) => void;
};

export type WebSockets = {
  /**
   * Refuses new sockets and closes the open ones with 1001, spread over some seconds so that their clients do not all
   * reconnect at the same time. No socket is open after `withinMs`.
   */
  drain: (withinMs: number) => Promise<void>;
};

const GOING_AWAY = 1001;
const BAD_REQUEST = 4400;
const ID_TAKEN = 4409;
/** Makes clients reconnect. They would give up after 4500, although most failures, such as a database outage, pass. */
const TRY_AGAIN_LATER = 1013;
const SPREAD_PER_SOCKET_MS = 20;
const MAX_SPREAD_MS = 5_000;
const CLOSE_GRACE_MS = 1_000;
/** How long a client may take to answer a close frame before its connection is cut. */
const CLOSE_TIMEOUT_MS = 5_000;

const ORIGIN_NOT_ALLOWED = 'Pages of this origin may not connect. The operator allows origins in CORS_ORIGINS.\n';

/** Serves the graphql-transport-ws protocol on a path of the HTTP server. */
export function serveWebSockets(
  server: Server,
  { path, protocol, mayConnect, maxMessageBytes, pingMs, onFailure }: WebSocketOptions,
): WebSockets {
  const graphql = makeServer(protocol);
  // Not as a literal, because the types of ws do not know closeTimeout yet.
  const options = { noServer: true, handleProtocols, maxPayload: maxMessageBytes, closeTimeout: CLOSE_TIMEOUT_MS };
  const sockets = new WebSocketServer(options);
  // What ws answers by itself would have the type text/html.
  sockets.on('wsClientError', ({ message }, stream) => refuse(stream, '400 Bad Request', `${message}\n`));
  let draining = false;

  server.on('upgrade', (request, stream, head) => {
    // Without a listener, a client that disconnects now would end the process.
    stream.on('error', destroy);
    const [pathname] = request.url?.split('?') ?? [];
    if (draining) return refuse(stream, '503 Service Unavailable');
    if (!hasReadableUrl(request)) return refuse(stream, '400 Bad Request', NO_READABLE_URL);
    if (pathname !== path) return refuse(stream, '404 Not Found');
    if (!mayConnect(request)) return refuse(stream, '403 Forbidden', ORIGIN_NOT_ALLOWED);
    sockets.handleUpgrade(request, stream, head, (socket) => open({ socket, stream, request, connection: null }));
  });

  function open(extra: SocketExtra): void {
    const { socket } = extra;
    // An error also closes the socket, which is handled below.
    socket.on('error', () => undefined);
    keepAlive(socket, pingMs);
    const closed = graphql.opened(
      {
        protocol: socket.protocol,
        send: (text) => sendText(extra, text),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) => {
          const take = oneOperationPerId(
            // After the close there is nobody left to end what a message would start.
            async (text) => (socket.readyState === socket.OPEN ? handle(text) : undefined),
            {
              whenTurn: (id) => {
                const { connection } = extra;
                connection?.starting.add(id);
                return connection?.isRefused() ? undefined : connection?.turns.wait(id);
              },
              onTaken: () => socket.close(ID_TAKEN, 'An operation with this id is still running: send complete first'),
              isTaken: (id) => extra.connection?.feeds.has(id) ?? false,
              onCompleted: (id) => {
                const scope = extra.connection?.running.get(id);
                if (scope) abandon(scope);
                extra.connection?.feeds.drop(id);
              },
              onEnded: (id) => {
                extra.connection?.starting.delete(id);
                extra.connection?.turns.giveUp(id);
                extra.connection?.mutations.leave(id);
              },
            },
          );
          socket.on('message', (data, isBinary) => {
            if (isBinary) return socket.close(BAD_REQUEST, 'Send text frames');
            take(markInexactNumbers(String(data))).catch((error: unknown) => {
              // The client is gone or was told to go: its messages no longer matter.
              if (socket.readyState !== socket.OPEN) return;
              onFailure(error);
              socket.close(TRY_AGAIN_LATER, 'Something went wrong: reconnect');
            });
          });
        },
      },
      extra,
    );
    socket.once('close', (code, reason) => void closed(code, String(reason)));
  }

  async function closeLater(socket: WebSocket, spreadMs: number): Promise<void> {
    await sleep(Math.random() * spreadMs);
    const gone = new Promise((resolve) => socket.once('close', resolve));
    socket.close(GOING_AWAY, 'Going away');
    await withTimeout(CLOSE_GRACE_MS, gone);
    socket.terminate();
  }

  return {
    drain: async (withinMs) => {
      draining = true;
      const open = [...sockets.clients];
      const longestMs = Math.max(0, Math.min(MAX_SPREAD_MS, withinMs - CLOSE_GRACE_MS));
      const spreadMs = Math.min(longestMs, (open.length - 1) * SPREAD_PER_SOCKET_MS);
      await Promise.all(open.map((socket) => closeLater(socket, spreadMs)));
    },
  };
}

function destroy(this: Duplex): void {
  this.destroy();
}

function refuse(stream: Duplex, status: string, body = ''): void {
  const headers = [
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    'X-Content-Type-Options: nosniff',
    // Tells a client of another version what to try. Source: RFC 6455, section 4.4.
    'Sec-WebSocket-Version: 13',
    `Content-Length: ${body.length}`,
  ];
  stream.end(`HTTP/1.1 ${status}\r\n${headers.join('\r\n')}\r\n\r\n${body}`);
}
