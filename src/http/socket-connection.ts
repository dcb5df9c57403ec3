import { MessageType, stringifyMessage } from 'graphql-ws';
import { callerKey } from '../auth/viewer.js';
import { encodeLogPosition } from '../event-log/cursor.js';
import type { LogPosition } from '../event-log/log-event.js';
import type { Session } from '../live/sessions.js';
import type { Services } from '../services.js';
import { orderMutations } from './mutation-order.js';
import { abandon } from './request-scope.js';
import { createFeeds } from './socket-feeds.js';
import type { MakeSocketTurns } from './socket-turns.js';
import type { Connection, SocketExtra } from './websocket.js';

export const FORBIDDEN = 4403;
export const TRY_AGAIN_LATER = 1013;

export type ConnectOptions = {
  turns: MakeSocketTurns;
  /** How often the socket gets a cursor in the payload of a ping. */
  quietMs: number;
  /** Whether an operation that comes now is refused. */
  isRefused: (connection: Connection) => boolean;
};

/** Makes what belongs to a socket whose client has authenticated. */
export function connect(
  { viewer, address }: Pick<Session, 'viewer'> & Pick<Connection, 'address'>,
  { socket, stream }: SocketExtra,
  { live, cursors }: Pick<Services, 'cursors' | 'live'>,
  { quietMs, turns, isRefused }: ConnectOptions,
): Connection {
  const session: Session = {
    viewer,
    subscriptions: new Set(),
    revoke: (message) => socket.close(FORBIDDEN, message),
    requireReconnect: () => socket.close(TRY_AGAIN_LATER, 'Reconnect: your permissions have changed'),
  };
  const starting = new Set<string>();
  const running: Connection['running'] = new Map();
  const forget = live.sessions.add(session);
  const timer = setInterval(() => {
    const position = starting.size === 0 ? commonPosition(session) : null;
    if (!position || socket.readyState !== socket.OPEN) return;
    socket.send(
      stringifyMessage({
        type: MessageType.Ping,
        payload: { cursor: encodeLogPosition({ cursors, viewer }, position) },
      }),
    );
  }, quietMs);
  timer.unref();
  const close = () => {
    clearInterval(timer);
    forget();
    for (const subscription of [...session.subscriptions]) subscription.end();
    for (const scope of running.values()) abandon(scope);
  };
  const isOpen = () => socket.readyState === socket.OPEN;
  const connection: Connection = {
    session,
    address,
    starting,
    running,
    feeds: createFeeds({ socket, stream }, session),
    turns: turns(callerKey(viewer), isOpen),
    isRefused: () => isRefused(connection),
    mutations: orderMutations(isOpen),
    close,
  };
  return connection;
}

/** The position that all subscriptions of a socket have reached; null without subscriptions. */
function commonPosition({ subscriptions }: Session): LogPosition | null {
  const positions = [...subscriptions].map((subscription) => subscription.resumePosition());
  return positions.reduce<LogPosition | null>(
    (lowest, each) => (!lowest || each.position < lowest.position ? each : lowest),
    null,
  );
}
