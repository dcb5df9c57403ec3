import { connect, createServer } from 'node:net';

/** A way to a database that counts how often its user waits for an answer, on connections of a certain application. */
export type CountedWay = { url: string; count: () => number; reset: () => void; close: () => void };

/** Opens a way to the database of a URL. What is sent before an answer to it has begun to arrive counts once. */
export async function countRoundTrips(databaseUrl: string, application: string): Promise<CountedWay> {
  const target = new URL(databaseUrl);
  let trips = 0;
  const server = createServer((near) => {
    const far = connect({ host: target.hostname, port: Number(target.port || 5432) });
    let counted: boolean | undefined;
    let answered = true;
    near.on('data', (chunk: Buffer) => {
      counted ??= chunk.includes(`application_name\0${application}\0`);
      if (counted && answered) trips += 1;
      answered = false;
      far.write(chunk);
    });
    far.on('data', (chunk: Buffer) => {
      answered = true;
      near.write(chunk);
    });
    for (const [side, other] of [
      [near, far],
      [far, near],
    ] as const) {
      side.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The way has no port.');
  return {
    url: Object.assign(new URL(databaseUrl), { hostname: '127.0.0.1', port: String(address.port) }).href,
    count: () => trips,
    reset: () => {
      trips = 0;
    },
    close: () => server.close(),
  };
}
