import { WebSocket } from 'ws';
import { eventually } from './listen.js';

export type Frame = { type: string; id?: string; payload?: unknown };

/** A socket by hand: what a client library would never send. */
export async function rawSocket(url: string, apiKey: string, protocol = 'graphql-transport-ws') {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), protocol);
  const frames: Frame[] = [];
  socket.on('message', (data) => frames.push(JSON.parse(String(data))));
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const say = (frame: unknown) => socket.send(JSON.stringify(frame));
  const init = async (key = apiKey) => {
    say({ type: 'connection_init', payload: { Authorization: `Bearer ${key}` } });
    await eventually(
      () => frames.some(({ type }) => type === 'connection_ack') || socket.readyState !== socket.OPEN,
      'an ack',
    );
  };
  return { socket, frames, closed, say, init };
}
