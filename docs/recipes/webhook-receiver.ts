import type { IncomingMessage, RequestListener } from 'node:http';
import { Webhook } from 'standardwebhooks';

/** The body of every webhook; `data` is the event as its GraphQL type shows it. */
export type WebhookBody = {
  type: string;
  timestamp: string;
  sequence: number | null;
  workspaceId: string;
  data: Record<string, unknown>;
};

/** Stores a webhook unless its id is stored already; returns whether it was new. */
export type Store = (id: string, body: WebhookBody) => Promise<boolean>;

/** Verifies webhooks with the secret, stores them, and responds. Process them afterwards, from the store. */
export function receiveWebhooks(secret: string, store: Store): RequestListener {
  const webhook = new Webhook(secret);
  return async (request, response) => {
    try {
      const text = await textOf(request);
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      webhook.verify(text, headers, { jsonParse: false });
      await store(headers['webhook-id'] ?? '', JSON.parse(text));
      response.writeHead(204).end();
    } catch {
      response.writeHead(400).end();
    }
  };
}

/** The raw body: the signature covers these bytes, not a parsed and reserialized version of them. */
async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
