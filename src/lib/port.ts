import { once } from 'node:events';
import { createServer } from 'node:net';

/** Listens on a port for a moment. Returns the error if that is not possible, such as EADDRINUSE. */
export async function tryPort(host: string, port: number): Promise<Error | undefined> {
  const server = createServer();
  try {
    server.listen({ host, port });
    await once(server, 'listening');
    await once(server.close(), 'close');
    return undefined;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}
