import { Agent, request } from 'node:http';
import { z } from 'zod';

/** An answer, or status 0 and the error if there was none. */
export type Answer = { status: number; body: string; ms: number };

export type Post = (token: string, query: string, variables?: object) => Promise<Answer>;

const PATIENCE_MS = 60_000;

/** Where hostile requests come from, on systems where every address of 127.0.0.0/8 is there. */
export const HOSTILE_ADDRESS = process.platform === 'linux' ? '127.0.0.66' : undefined;

/** How many connections a proxy keeps to the server, for the requests of all honest clients. */
export const PROXY_CONNECTIONS = 1_000;

/**
 * Clients that keep their connections. Honest ones come through a proxy, as docs/operations.md advises; hostile ones have
 * an address and any number of connections of their own.
 */
export function createPost(url: string, localAddress?: string): Post {
  const maxSockets = localAddress === undefined ? PROXY_CONNECTIONS : Number.POSITIVE_INFINITY;
  const agent = new Agent({ keepAlive: true, maxSockets });
  const { hostname, port, pathname } = new URL(url);
  const address = localAddress === undefined ? {} : { localAddress, family: 4, host: '127.0.0.1' };
  return (token, query, variables = {}) =>
    new Promise((resolve) => {
      const body = JSON.stringify({ query, variables });
      const began = performance.now();
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        authorization: `Bearer ${token}`,
      };
      const end = (status: number, text: string) => resolve({ status, body: text, ms: performance.now() - began });
      const options = {
        hostname,
        port,
        path: pathname,
        method: 'POST',
        agent,
        headers,
        timeout: PATIENCE_MS,
      };
      const sent = request({ ...options, ...address }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => end(response.statusCode ?? 0, Buffer.concat(chunks).toString()));
        response.on('error', ({ message }) => end(0, message));
      });
      sent.on('timeout', () => sent.destroy(new Error('No answer in time.')));
      sent.on('error', ({ message }) => end(0, message));
      sent.end(body);
    });
}

const answered = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.object({ message: z.string(), extensions: z.object({ code: z.string() }).loose() })).optional(),
});

/** The data of an answer. Throws if there are errors. */
export function dataOf({ status, body }: Answer): Record<string, unknown> {
  if (status !== 200) throw new Error(`${status}: ${body.slice(0, 300)}`);
  const { data, errors } = answered.parse(JSON.parse(body));
  if (errors || !data) throw new Error(body.slice(0, 300));
  return data;
}
