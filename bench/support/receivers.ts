import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer, type Server as TcpServer } from 'node:net';

export type Receivers = {
  /** Starts a receiver that answers through the listener. Returns its URL. */
  http: (listener: RequestListener) => Promise<string>;
  /**
   * Starts receivers that are dead in different ways: refusing connections, never answering, answering 500, dripping.
   */
  dead: () => Promise<string[]>;
  /** Starts a receiver that answers 200 after `ms` milliseconds. Returns its URL. */
  slow: (ms: number) => Promise<string>;
  close: () => void;
};

/** Opens webhook receivers on the loopback interface. */
export function openReceivers(): Receivers {
  const servers: (Server | TcpServer)[] = [];
  const listen = async (server: Server | TcpServer): Promise<string> => {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('A receiver is not listening.');
    return `http://127.0.0.1:${address.port}/`;
  };
  const http = (listener: RequestListener) => listen(createServer(listener));
  return {
    http,
    dead: async () => [
      // The port of the discard service, on which nothing listens.
      'http://127.0.0.1:9/',
      await listen(createTcpServer((socket) => socket.on('error', () => undefined))),
      await http((_request, response) => response.writeHead(500).end()),
      await http((_request, response) => {
        const drip = setInterval(() => response.write('.'), 1000);
        response.writeHead(200).on('close', () => clearInterval(drip));
      }),
    ],
    slow: (ms) => http((_request, response) => setTimeout(() => response.writeHead(200).end(), ms)),
    close: () => {
      for (const server of servers) {
        if ('closeAllConnections' in server) server.closeAllConnections();
        server.close();
      }
    },
  };
}
