import { connect, createServer, type Socket } from 'node:net';
import type { Contestant } from './contestants.js';
import type { RunDatabase } from './database.js';
import { type Request, send } from './load.js';

const PARSE = 'P'.charCodeAt(0);
const BIND = 'B'.charCodeAt(0);
const QUERY = 'Q'.charCodeAt(0);
const HEADER = 5;
const WARM_UP = 30;

type Sent = { text: string };

/** The statements that a server sends for one request, in order, with how often it waits for the database. */
export async function statementsDuring(
  contestant: Contestant,
  database: RunDatabase,
  next: () => Request,
): Promise<string> {
  const sent: Sent[] = [];
  const url = new URL(database.url);
  let roundTrips = 0;
  const proxy = createServer((client) => {
    const upstream = connect(Number(url.port || 5432), url.hostname);
    const names = new Map<string, string>();
    watch(client, (type, body) => {
      if (type === QUERY) sent.push({ text: textAt(body, 0).text });
      if (type === PARSE) {
        const name = textAt(body, 0);
        names.set(name.text, textAt(body, name.end).text);
      }
      if (type === BIND) sent.push({ text: names.get(textAt(body, textAt(body, 0).end).text) ?? '?' });
    });
    let answered = true;
    client.on('data', () => {
      if (answered) roundTrips += 1;
      answered = false;
    });
    upstream.on('data', () => {
      answered = true;
    });
    client.pipe(upstream).pipe(client);
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  const through = new URL(database.url);
  through.hostname = '127.0.0.1';
  through.port = typeof address === 'object' && address ? String(address.port) : '';
  const server = await contestant.start({ ...database, url: through.href }, { WORKER: 'off' });
  try {
    for (let count = 0; count < WARM_UP; count += 1) await send(server.url, next());
    sent.length = 0;
    roundTrips = 0;
    await send(server.url, next());
    const lines = sent.map(({ text }, index) => `${index + 1}. ${text.replace(/\s+/g, ' ').trim()}`);
    return `${roundTrips} round trips.\n\n${lines.join('\n')}\n`;
  } finally {
    await server.stop();
    proxy.close();
  }
}

/** Reads the messages of PostgreSQL's protocol that a client sends; the first has no type. */
function watch(socket: Socket, onMessage: (type: number, body: Buffer) => void): void {
  let pending = Buffer.alloc(0);
  let isFirst = true;
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const prefix = isFirst ? 0 : 1;
      if (pending.length < prefix + 4) return;
      const length = prefix + pending.readInt32BE(prefix);
      if (pending.length < length) return;
      if (!isFirst) onMessage(pending[0] ?? 0, pending.subarray(HEADER, length));
      isFirst = false;
      pending = pending.subarray(length);
    }
  });
}

function textAt(body: Buffer, start: number): { text: string; end: number } {
  const end = body.indexOf(0, start);
  return { text: body.toString('utf8', start, end), end: end + 1 };
}
