import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends raw bytes to a server, such as a request that no client library would make, and returns the whole response. */
export async function sendRaw(serverUrl: string, request: string): Promise<string> {
  const socket = connect(Number(new URL(serverUrl).port), '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write(request, 'latin1');
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1');
}
