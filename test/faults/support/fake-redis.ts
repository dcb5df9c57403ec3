import { createServer, type Socket } from 'node:net';

export type FakeRedis = {
  url: string;
  /** Whether users may run these commands from now on. */
  allow: (rights: { subscribe?: boolean; publish?: boolean }) => void;
  /** How often SUBSCRIBE was refused. */
  refused: () => number;
  /** How many connections are subscribed. */
  subscribers: () => number;
  /** Closes all connections, as a restart does. */
  cut: () => void;
  close: () => void;
};

const bulk = (text: string) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
const array = (...parts: string[]) => `*${parts.length}\r\n${parts.join('')}`;
const noPermission = (command: string) =>
  `-NOPERM this user has no permissions to run the '${command.toLowerCase()}' command\r\n`;

/** A Redis on a free port whose users can lose the right to subscribe or to publish, and get it back. */
export async function startFakeRedis(rights = { subscribe: true, publish: true }): Promise<FakeRedis> {
  const allowed = { ...rights };
  const sockets = new Set<Socket>();
  const subscribed = new Set<Socket>();
  let refused = 0;

  function answer(socket: Socket, [command = '', ...args]: string[]): string {
    const name = command.toUpperCase();
    if (name === 'INFO') return bulk('redis_version:7.0.15\r\nloading:0\r\n');
    if (name === 'PING') return subscribed.has(socket) ? array(bulk('pong'), bulk('')) : '+PONG\r\n';
    if (name === 'SUBSCRIBE') {
      if (!allowed.subscribe) {
        refused += 1;
        return noPermission(name);
      }
      subscribed.add(socket);
      return array(bulk('subscribe'), bulk(args[0] ?? ''), ':1\r\n');
    }
    if (name === 'PUBLISH') {
      if (!allowed.publish) return noPermission(name);
      const message = array(bulk('message'), ...args.map(bulk));
      for (const receiver of subscribed) receiver.write(message);
      return `:${subscribed.size}\r\n`;
    }
    return '+OK\r\n';
  }

  const server = createServer((socket) => {
    let received = '';
    sockets.add(socket);
    socket.setEncoding('utf8');
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      subscribed.delete(socket);
    });
    socket.on('data', (text) => {
      received += text;
      for (let next = readCommand(received); next; next = readCommand(received)) {
        received = next.rest;
        socket.write(answer(socket, next.command));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The fake Redis has no port.');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `redis://127.0.0.1:${address.port}`,
    allow: (changed) => void Object.assign(allowed, changed),
    refused: () => refused,
    subscribers: () => subscribed.size,
    cut,
    close: () => {
      server.close();
      cut();
    },
  };
}

/** The first command in what was received, and what follows it; null while it is incomplete. Only ASCII is sent. */
function readCommand(text: string): { command: string[]; rest: string } | null {
  const lines = text.split('\r\n');
  const count = Number(/^\*(\d+)$/.exec(lines[0] ?? '')?.[1] ?? Number.NaN);
  // A length and a text for each word, and the empty line or the next command after the last one.
  if (Number.isNaN(count) || lines.length < 2 * count + 2) return null;
  const command = lines.slice(1, 2 * count + 1).filter((_line, index) => index % 2 === 1);
  return { command, rest: lines.slice(2 * count + 1).join('\r\n') };
}
