import type { IncomingMessage, RequestListener } from 'node:http';
import { Webhook } from 'standardwebhooks';

/** What every webhook holds; `data` is the event as GraphQL shows it. */
export type WebhookBody = {
  type: string;
  timestamp: string;
  sequence: number | null;
  workspaceId: string;
  data: Record<string, unknown>;
};

/** Keeps what arrives, once for each id: answers false where it has that id already. */
export type Keep = (id: string, body: WebhookBody) => Promise<boolean>;

/** Listens to webhooks: what is signed with the secret is kept and then answered; what is done with it comes later. */
export function receiveWebhooks(secret: string, keep: Keep): RequestListener {
  const webhook = new Webhook(secret);
  return async (request, response) => {
    try {
      const text = await textOf(request);
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      webhook.verify(text, headers, { jsonParse: false });
      await keep(headers['webhook-id'] ?? '', JSON.parse(text));
      response.writeHead(204).end();
    } catch {
      response.writeHead(400).end();
    }
  };
}

/** The body as it was sent: the signature is of these bytes, not of what a parser makes of them. */
async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
