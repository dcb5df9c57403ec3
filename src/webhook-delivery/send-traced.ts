import type { Tracing } from '../lib/tracing.js';
import type { Send, SendResult, WebhookRequest } from './send.js';

/** Sends a webhook with the header by which its receiver continues the trace. */
export async function sendTraced(tracing: Tracing, send: Send, request: WebhookRequest): Promise<SendResult> {
  const { hostname, port, protocol } = new URL(request.url);
  const span = tracing.begin('POST', {
    kind: 'client',
    attributes: {
      'http.request.method': 'POST',
      'server.address': hostname,
      'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
    },
  });
  if (!span) return send(request);
  const result = await send({ ...request, headers: { ...request.headers, traceparent: span.traceparent } });
  // Neither the path nor what was answered: both may contain secrets of the receiver.
  span.set({ 'http.response.status_code': result.statusCode ?? undefined });
  if (result.failure !== null) span.fail(result.statusCode === null ? 'NO_RESPONSE' : String(result.statusCode));
  span.end();
  return result;
}
