import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { GraphiQLOptions } from 'graphql-yoga';
import { readOperations } from '../lib/shared-operations.js';
import type { Handler } from './server.js';

/** The operations that GraphiQL opens with. Each works without changes. */
const examples = [
  { operation: 'Inbox', variables: { first: 20, filter: { status: ['OPEN', 'PENDING'] } } },
  {
    operation: 'CreateConversation',
    variables: {
      input: {
        subject: 'Where is my parcel?',
        contact: { email: 'ada@example.com', name: 'Ada Example' },
        message: { text: 'It should have come yesterday.', direction: 'INBOUND' },
      },
    },
  },
  { operation: 'LiveEvents', variables: {} },
  { operation: 'Events', variables: { first: 20 } },
];

/** GraphiQL with the demo key in its headers and the example operations in its tabs. */
export async function graphiqlOptions(demoKey: string | undefined): Promise<GraphiQLOptions> {
  const headers = JSON.stringify({ Authorization: `Bearer ${demoKey ?? 'parley_sk_…'}` }, null, 2);
  const textOf = await readOperations();
  return {
    title: 'Parley',
    headers,
    defaultHeaders: headers,
    defaultTabs: examples.map(({ operation, variables }) => ({
      query: textOf(operation),
      variables: JSON.stringify(variables, null, 2),
      headers,
    })),
    defaultEditorToolsVisibility: 'headers',
    shouldPersistHeaders: true,
  };
}

/** Whether a request is a browser's for the page, rather than a client's for the API. */
export function asksForPage({ method, url = '', headers }: IncomingMessage): boolean {
  return method === 'GET' && /^\/graphql\/?(\?|$)/.test(url) && (headers.accept ?? '').includes('text/html');
}

/** The page as it is sent: compressed, with the tag by which a browser asks whether its copy is current. */
type Page = { gzip: Buffer; etag: string };

/**
 * Answers requests for the page. `publicUrl` is the URL that clients reach the server by. The demo key is included only
 * if the request's host is an IP address, localhost or the host of the public URL: any other name may be an attacker's
 * that DNS resolves to this server, whose pages could read the key.
 */
export async function createGraphiQL(demoKey: string | undefined, publicUrl: () => string): Promise<Handler> {
  const [own, other] = [await graphiqlOptions(demoKey), await graphiqlOptions(undefined)];
  const pages = new Map<GraphiQLOptions, Promise<Page>>();
  return async ({ headers }, response) => {
    const options = isOwnAddress(headers.host ?? '', publicUrl()) ? own : other;
    const rendered = pages.get(options) ?? render(options);
    pages.set(options, rendered);
    // What could not be rendered once is tried again.
    rendered.catch(() => pages.delete(options));
    await send(await rendered, headers, response);
  };
}

/** No page may show GraphiQL in a frame, and have people click there unknowingly; the latter is for older browsers. */
const notFramed = new Map([
  ['content-security-policy', "frame-ancestors 'none'"],
  ['x-frame-options', 'DENY'],
]);

/** Browsers must ask each time and shared caches keep nothing, because the page may contain the demo key. */
async function send({ gzip, etag }: Page, headers: IncomingHttpHeaders, response: ServerResponse): Promise<void> {
  response.setHeader('etag', etag).setHeader('cache-control', 'private, no-cache');
  response.setHeader('vary', 'Accept, Accept-Encoding');
  response.setHeaders(notFramed);
  if (headers['if-none-match'] === etag) return void response.writeHead(304).end();
  response.setHeader('content-type', 'text/html; charset=utf-8');
  if (acceptsGzip(headers)) response.setHeader('content-encoding', 'gzip').end(gzip);
  else response.end(await promisify(gunzip)(gzip));
}

/** Source: RFC 9110, section 12.5.3. */
function acceptsGzip({ 'accept-encoding': accepted }: IncomingHttpHeaders): boolean {
  return String(accepted ?? '')
    .toLowerCase()
    .split(',')
    .some((coding) => /^\s*(gzip|\*)\s*(;\s*q=(1|0\.\d*[1-9]).*)?$/.test(coding));
}

function isOwnAddress(host: string, publicUrl: string): boolean {
  if (!URL.canParse(`http://${host}`)) return false;
  const { hostname } = new URL(`http://${host}`);
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
  return isAddress || hostname === 'localhost' || hostname === new URL(publicUrl).hostname;
}

/**
 * GraphiQL leaves its tabs with the offset of an animation that its own style hides only until a tab has the focus: at
 * the first click the tab would jump away from under the pointer, and not open.
 */
const STEADY_TABS = '<style>.graphiql-tab { transform: none !important; }</style>';

/** Renders GraphiQL without a CDN. The package has several megabytes and is loaded for the first request. */
async function render(options: GraphiQLOptions): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL(options).replace('</head>', `${STEADY_TABS}</head>`);
  // Weak, because the page is also sent uncompressed.
  const etag = `W/"${createHash('sha256').update(html).digest('base64url')}"`;
  return { gzip: await promisify(gzip)(html), etag };
}
