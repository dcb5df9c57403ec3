import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';
import { z } from 'zod';

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

/** A receiver of webhooks on loopback. */
export async function startReceiver(respond: Respond = (response) => response.writeHead(204).end()): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const text = await textOf(request).catch(() => null);
    if (text === null) return;
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const arrived = { id: headers['webhook-id'] ?? '', headers, text, body: envelope.parse(JSON.parse(text)) };
    received.push(arrived);
    respond(response, arrived);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server.address());
  return {
    url: `http://127.0.0.1:${port}/webhooks`,
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
  return async (respond) => {
    const receiver = await startReceiver(respond);
    receivers.push(receiver);
    return receiver;
  };
}
