import type { WebSocket } from 'ws';

const TRY_AGAIN_LATER = 1013;
const TERMINATE_AFTER_MS = 5_000;

/**
 * Pings a peer, and drops one that has not answered by the next ping. One that answers but does not read what it is sent
 * is closed with 1013 and told to resume.
 */
export function keepAlive(socket: WebSocket, pingMs: number): void {
  let answered = true;
  let unread = 0;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    const stuck = socket.bufferedAmount > 0 && socket.bufferedAmount >= unread && unread > 0;
    unread = socket.bufferedAmount;
    if (stuck) return closeSlow(socket);
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, pingMs);
  timer.unref();
  socket.once('close', () => clearInterval(timer));
}

function closeSlow(socket: WebSocket): void {
  socket.close(TRY_AGAIN_LATER, 'Too slow: read on from your last cursor');
  setTimeout(() => socket.terminate(), TERMINATE_AFTER_MS).unref();
}
