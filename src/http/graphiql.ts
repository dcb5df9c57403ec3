import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { GraphiQLOptions } from 'graphql-yoga';
import { tabs } from './graphiql-tabs.js';
import type { Handler } from './server.js';

/** GraphiQL with the demo key in its headers and the tabs to learn from. */
export function graphiqlOptions(demoKey = 'parley_sk_…', conversationId = 'conv_…'): GraphiQLOptions {
  const headers = JSON.stringify({ Authorization: `Bearer ${demoKey}` }, null, 2);
  return {
    title: 'Parley',
    headers,
    defaultHeaders: headers,
    defaultTabs: tabs(conversationId).map(({ query, variables }) => ({
      query,
      variables: JSON.stringify(variables, null, 2),
      headers,
    })),
    defaultEditorToolsVisibility: 'variables',
    shouldPersistHeaders: true,
  };
}

/** Whether a request is a browser's for the page, rather than a client's for the API. */
export function asksForPage({ method, url = '', headers }: IncomingMessage): boolean {
  return method === 'GET' && /^\/graphql\/?(\?|$)/.test(url) && (headers.accept ?? '').includes('text/html');
}

/** The page as it is sent: compressed, with the tag by which a browser asks whether its copy is current. */
type Page = { gzip: Buffer; etag: string };

/** What the page may show of the demo workspace. */
export type Demo = {
  key: string;
  /** Finds an open conversation for the tabs; undefined if there is none. */
  findConversation: () => Promise<string | undefined>;
};

/**
 * Answers requests for the page. `publicUrl` is the URL that clients reach the server by. The demo workspace's key and
 * ids are included only if the request's host is an IP address, localhost or the host of the public URL: any other name
 * may be an attacker's that DNS resolves to this server, whose pages could read the key.
 */
export function createGraphiQL(demo: Demo | undefined, publicUrl: () => string): Handler {
  const [own, other] = [keepPage(), keepPage()];
  return async ({ headers }, response) => {
    const shown = demo && isOwnAddress(headers.host ?? '', publicUrl()) ? demo : undefined;
    // Without it the tabs that need one must be filled in, which is no reason to show nothing.
    const conversation = await shown?.findConversation().catch(() => undefined);
    const page = shown ? own(shown.key, conversation) : other();
    await send(await page, headers, response);
  };
}

/** Renders a page, and keeps it until it is asked for with another key or conversation. */
function keepPage(): (demoKey?: string, conversationId?: string) => Promise<Page> {
  let kept: { of: string; page: Promise<Page> } | undefined;
  return (...shown) => {
    const of = shown.join();
    if (kept?.of === of) return kept.page;
    const page = render(graphiqlOptions(...shown));
    kept = { of, page };
    // What could not be rendered once is tried again.
    page.catch(() => {
      if (kept?.page === page) kept = undefined;
    });
    return page;
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
