import type { IncomingMessage } from 'node:http';
import type { GraphiQLOptions } from 'graphql-yoga';
import { tabs } from './graphiql-tabs.js';
import { isOwnAddress, type Page, renderPage, sendPage } from './page.js';
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

/** What the page may show of the demo workspace. */
export type Demo = {
  key: string;
  /** Finds an open conversation for the tabs; undefined if there is none. */
  findConversation: () => Promise<string | undefined>;
};

/**
 * Answers requests for the page. `publicUrl` is the URL that clients reach the server by. The demo workspace's key and
 * ids are included only if the request's host is the server's own.
 */
export function createGraphiQL(demo: Demo | undefined, publicUrl: () => string): Handler {
  const [own, other] = [keepPage(), keepPage()];
  return async ({ headers }, response) => {
    const shown = demo && isOwnAddress(headers.host ?? '', publicUrl()) ? demo : undefined;
    // Without it the tabs that need one must be filled in, which is no reason to show nothing.
    const conversation = await shown?.findConversation().catch(() => undefined);
    const page = shown ? own(shown.key, conversation) : other();
    response.setHeaders(notFramed);
    await sendPage(await page, headers, response);
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

/**
 * GraphiQL leaves its tabs with the offset of an animation that its own style hides only until a tab has the focus: at
 * the first click the tab would jump away from under the pointer, and not open.
 */
const STEADY_TABS = '<style>.graphiql-tab { transform: none !important; }</style>';

/** Renders GraphiQL without a CDN. The package has several megabytes and is loaded for the first request. */
async function render(options: GraphiQLOptions): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL(options).replace('</head>', `${STEADY_TABS}</head>`);
  return renderPage('text/html; charset=utf-8', html);
}
