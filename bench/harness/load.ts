import { Agent, request } from 'node:http';

/** A request of a work, and what every correct response contains. */
export type Request = { path: string; headers?: Record<string, string>; body: string; contains: string };

/** Sends a request over the agent's connections. Throws if the response is not a correct one. */
export function send(origin: string, { path, headers, body, contains }: Request, agent?: Agent): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      new URL(path, origin),
      {
        ...(agent ? { agent } : {}),
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const answer = Buffer.concat(chunks);
          if (response.statusCode === 200 && answer.includes(contains)) resolve(answer);
          else
            reject(new Error(`${origin}${path} answered ${response.statusCode}: ${answer.toString().slice(0, 1000)}`));
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

export type Load = {
  /** Returns the next request. */
  next: () => Request;
  connections: number;
  seconds: number;
};

/** Sends requests over some connections for some seconds, each when the response to the last one has arrived. */
export async function load(origin: string, { next, connections, seconds }: Load): Promise<{ latencies: number[] }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const end = performance.now() + seconds * 1000;
  const latencies: number[] = [];
  const connection = async () => {
    while (performance.now() < end) {
      const began = performance.now();
      await send(origin, next(), agent);
      latencies.push(performance.now() - began);
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, connection));
    return { latencies };
  } finally {
    agent.destroy();
  }
}
