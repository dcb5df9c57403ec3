import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { afterAll } from 'vitest';
import { z } from 'zod';
import { errorCode } from '../../../src/lib/error-info.js';
import { credentials } from './certificate.js';

const envelope = z.object({
  type: z.string(),
  timestamp: z.string(),
  sequence: z.number().nullable(),
  workspaceId: z.string(),
  data: z.record(z.string(), z.unknown()),
});

/** A request that arrived, its body as it was sent and as it reads. */
type Received = {
  id: string;
  headers: Record<string, string>;
  text: string;
  body: z.infer<typeof envelope>;
};

export type Receiver = {
  url: string;
  received: Received[];
  close: () => Promise<void>;
};

/** Answers a request; by default with 204. */
export type Respond = (response: ServerResponse, received: Received) => void;

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const succeed: Respond = (response) => response.writeHead(204).end();

export type ReceiverOptions = {
  /** By HTTPS it has the certificate of `localhost`. */
  protocol?: 'http' | 'https';
  /** Whether its port is one that an address with a host name may have. */
  allowedPort?: boolean;
};

/** A receiver of webhooks on loopback. */
export async function startReceiver(
  respond = succeed,
  { protocol = 'http', allowedPort = false }: ReceiverOptions = {},
): Promise<Receiver> {
  const received: Received[] = [];
  const answer: RequestListener = async (request, response) => {
    const text = await textOf(request).catch(() => null);
    if (text === null) return;
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const arrived = { id: headers['webhook-id'] ?? '', headers, text, body: envelope.parse(JSON.parse(text)) };
    received.push(arrived);
    respond(response, arrived);
  };
  const server = protocol === 'http' ? createServer(answer) : createTlsServer(credentials, answer);
  await (allowedPort ? listenOnAllowedPort(server) : listen(server, 0));
  const port = portOf(server.address());
  return {
    url: `${protocol}://${protocol === 'http' ? '127.0.0.1' : 'localhost'}:${port}/webhooks`,
    received,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

async function listenOnAllowedPort(server: Server): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const taken = await listen(server, randomInt(8000, 10_000)).catch((error: unknown) => error);
    if (errorCode(taken) !== 'EADDRINUSE') return;
  }
}

export function portOf(address: AddressInfo | string | null): number {
  if (typeof address !== 'object' || address === null) throw new Error('The server does not listen.');
  return address.port;
}

/** Starts receivers for the tests of a file, and ends them after it. */
export function useReceivers(): typeof startReceiver {
  const receivers: Receiver[] = [];
  afterAll(() => Promise.all(receivers.map(({ close }) => close())));
  return async (...options) => {
    const receiver = await startReceiver(...options);
    receivers.push(receiver);
    return receiver;
  };
}
