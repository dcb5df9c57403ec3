import type { WebSocket } from 'ws';

const TRY_AGAIN_LATER = 1013;
const TERMINATE_AFTER_MS = 5_000;

/**
 * Pings a client, and drops it if it has not answered by the next ping. An answer proves that the client has read
 * everything that was sent before the ping, so a slow client stays connected. One that reads nothing is closed with
 * 1013, and can resume later.
 */
export function keepAlive(socket: WebSocket, pingMs: number): void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return drop();
    answered = false;
    socket.ping();
  }, pingMs);
  timer.unref();

  function drop(): void {
    clearInterval(timer);
    if (socket.bufferedAmount > 0) socket.close(TRY_AGAIN_LATER, 'Too slow: resume from your last cursor');
    setTimeout(() => socket.terminate(), socket.bufferedAmount > 0 ? TERMINATE_AFTER_MS : 0).unref();
  }

  socket.once('close', () => clearInterval(timer));
}
