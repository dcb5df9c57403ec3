import type { IncomingMessage, Server } from 'node:http';

/** Listens on any free port, and says so as Parley does. */
export function announce(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    process.stdout.write(`The server listens on http://127.0.0.1:${port}\n`);
  });
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  request.setEncoding('utf8');
  for await (const chunk of request) body += chunk;
  return body;
}
