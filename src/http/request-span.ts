import type { IncomingMessage } from 'node:http';
import type { DocumentNode } from 'graphql';
import { z } from 'zod';
import type { Viewer } from '../auth/viewer.js';
import type { Span, SpanOptions, Tracing } from '../lib/tracing.js';
import { currentRequestSpan } from './request-scope.js';
import { hashOfText } from './trusted-documents.js';

/** Clients choose the names of their operations. */
const MAX_NAME = 100;

/**
 * How a span belongs to the trace that a caller names: as a part of it if the caller is trusted. Anybody can name any trace,
 * and have it sampled; so of others it is linked to only, as OpenTelemetry does at public endpoints.
 */
function asNamed(headers: NodeJS.Dict<string | string[]>, trusted: boolean): Pick<SpanOptions, 'from' | 'cause'> {
  const { traceparent } = headers;
  return trusted ? { from: headers } : { from: {}, cause: typeof traceparent === 'string' ? traceparent : undefined };
}

type Caller = { route: string; trusted: boolean };

/** Begins the span of an HTTP request, which its operation renames. The query string, which may sign a URL, is left out. */
export function beginRequest(tracing: Tracing, request: IncomingMessage, { route, trusted }: Caller): Span | null {
  const { method = 'GET', url = '', headers, httpVersion } = request;
  return tracing.begin(`${method} ${route}`, {
    kind: 'server',
    ...asNamed(headers, trusted),
    attributes: {
      'http.request.method': method,
      'http.route': route,
      'url.path': url.split('?')[0],
      'url.scheme': 'http',
      'network.protocol.version': httpVersion,
      'server.address': headers.host?.replace(/:\d+$/, ''),
      'user_agent.original': headers['user-agent'],
    },
  });
}

/** Ends the span of an HTTP request. */
export function endRequest(span: Span, status: number): void {
  span.set({ 'http.response.status_code': status });
  if (status >= 500) span.fail(String(status));
  span.end();
}

const traceContext = z.object({ traceparent: z.string(), tracestate: z.string().optional() });

/**
 * Begins the span of an operation over a socket, whose payload names in its `extensions` what it is part of. Tokens are used
 * by people's browsers, and API keys by servers, which are trusted. It has come at `since`, in milliseconds since 1970.
 */
export function beginSocketOperation(
  tracing: Tracing,
  extensions: unknown,
  { credential }: Pick<Viewer, 'credential'>,
  since?: number,
): Span | null {
  const named = traceContext.safeParse(extensions).data ?? {};
  return tracing.begin('operation', { kind: 'server', since, ...asNamed(named, credential.type === 'KEY') });
}

type Operation = { name: string | undefined; type: string | undefined; document: DocumentNode; requestId: string };

/** Says in the span of the current request which operation it runs. */
export function describeOperation({ name, type = 'unknown', document, requestId }: Operation): void {
  const span = currentRequestSpan();
  if (!span) return;
  const shortName = name?.slice(0, MAX_NAME);
  span.rename(shortName ? `${type} ${shortName}` : type);
  span.set({
    'graphql.operation.type': type,
    'graphql.operation.name': shortName,
    'parley.document.id': documentId(document),
    'parley.request.id': requestId,
  });
}

/** The id of a document, as trusted documents have it: `sha256:` and the SHA-256 of its text. */
export function documentId({ loc }: DocumentNode): string | undefined {
  return loc && `sha256:${hashOfText(loc.source.body)}`;
}
