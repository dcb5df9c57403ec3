import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends bytes to a server as they are, such as a request that no client would make, and answers all that comes back. */
export async function sendRaw(serverUrl: string, request: string): Promise<string> {
  const socket = connect(Number(new URL(serverUrl).port), '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write(request, 'latin1');
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1');
}
