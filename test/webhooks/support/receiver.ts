import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';
import { z } from 'zod';
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

/** A receiver of webhooks on loopback; by HTTPS it has the certificate of `localhost`. */
export async function startReceiver(respond = succeed, protocol: 'http' | 'https' = 'http'): Promise<Receiver> {
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
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
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
