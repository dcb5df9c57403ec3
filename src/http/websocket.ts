import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { handleProtocols, makeServer, type ServerOptions } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { withTimeout } from '../lib/async.js';
import type { Session } from '../live/sessions.js';
import { hasReadableUrl, NO_READABLE_URL } from './readable-url.js';
import { keepAlive } from './socket-health.js';

/** What graphql-ws keeps for us beside a socket's protocol. */
export type SocketExtra = {
  socket: WebSocket;
  request: IncomingMessage;
  /** Set once the client has authenticated. */
  connection: Connection | null;
};

/** A socket whose client has authenticated. */
export type Connection = {
  session: Session;
  /** Operations being set up, whose position in the log is not known yet. */
  starting: Set<string>;
  close: () => void;
};

export type WebSocketOptions = {
  path: string;
  /** The protocol's handlers. */
  protocol: ServerOptions<Record<string, unknown>, SocketExtra>;
  maxMessageBytes: number;
  /** Pings go out this often, and a peer that has not answered one by the next is gone. */
  pingMs: number;
  /** Told of what broke an operation that should not have. */
  onFailure: (error: unknown) => void;
};

export type WebSockets = {
  /**
   * Refuses new sockets and closes the others with 1001, spread over some seconds, so that not all come back at once. No
   * socket is left after `withinMs`.
   */
  drain: (withinMs: number) => Promise<void>;
};

const GOING_AWAY = 1001;
const BAD_REQUEST = 4400;
/** Clients connect again after it; they give up after 4500, although most failures, as of the database, pass. */
const TRY_AGAIN_LATER = 1013;
const SPREAD_PER_SOCKET_MS = 20;
const MAX_SPREAD_MS = 5_000;
const CLOSE_GRACE_MS = 1_000;

/** Serves graphql-transport-ws on the HTTP server's path. */
export function serveWebSockets(
  server: Server,
  { path, protocol, maxMessageBytes, pingMs, onFailure }: WebSocketOptions,
): WebSockets {
  const graphql = makeServer(protocol);
  const sockets = new WebSocketServer({ noServer: true, handleProtocols, maxPayload: maxMessageBytes });
  let draining = false;

  server.on('upgrade', (request, stream, head) => {
    // Without a listener, a peer that breaks off now would end the process.
    stream.on('error', () => stream.destroy());
    const [pathname] = request.url?.split('?') ?? [];
    if (draining) return refuse(stream, '503 Service Unavailable');
    if (!hasReadableUrl(request)) return refuse(stream, '400 Bad Request', NO_READABLE_URL);
    if (pathname !== path) return refuse(stream, '404 Not Found');
    sockets.handleUpgrade(request, stream, head, (socket) => open(socket, request));
  });

  function open(socket: WebSocket, request: IncomingMessage): void {
    // What breaks a socket closes it, and the close is what counts.
    socket.on('error', () => undefined);
    keepAlive(socket, pingMs);
    const closed = graphql.opened(
      {
        protocol: socket.protocol,
        send: (text) => send(socket, text),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) => {
          socket.on('message', (data, isBinary) => {
            if (isBinary) return socket.close(BAD_REQUEST, 'Send text frames');
            handle(String(data)).catch((error: unknown) => {
              // A message of a peer that is gone or has been told to go is of no interest.
              if (socket.readyState !== socket.OPEN) return;
              onFailure(error);
              socket.close(TRY_AGAIN_LATER, 'Something went wrong: connect again');
            });
          });
        },
      },
      { socket, request, connection: null },
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

function refuse(stream: Duplex, status: string, body = ''): void {
  const headers = `Connection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${body.length}`;
  stream.end(`HTTP/1.1 ${status}\r\n${headers}\r\n\r\n${body}`);
}

/** Settles when the text was handed to the network, which holds up a subscription whose reader is slow. */
function send(socket: WebSocket, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.readyState !== socket.OPEN) return resolve();
    socket.send(text, (error) => (error ? reject(error) : resolve()));
  });
}
