import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isOwnAddress, type Page, renderPage, sendPage } from './page.js';
import type { OptionalHandler } from './server.js';

/** Where `npm run build` puts examples/inbox. */
const DIRECTORY = path.resolve(import.meta.dirname, '../../dist/inbox');

export const INBOX_PATH = '/inbox';

type InboxOptions = {
  demoKey: string | undefined;
  /** The URL that clients reach the server by. */
  publicUrl: () => string;
  /** Whether clients exchange files with a store elsewhere. */
  hasRemoteStore: boolean;
  /** Where it was built. */
  directory?: string;
};

/** Answers requests for the example inbox; null if it has not been built. */
export async function createInbox({
  demoKey,
  publicUrl,
  hasRemoteStore,
  directory = DIRECTORY,
}: InboxOptions): Promise<OptionalHandler | null> {
  const read = (name: string) => readFile(path.join(directory, name), 'utf8');
  const files = await Promise.all(['index.html', 'inbox.js', 'inbox.css'].map(read)).catch(() => null);
  if (!files) return null;
  const [html = '', script = '', style = ''] = files;
  // The key is hexadecimal or base64url, and needs no escaping.
  const withKey = html.replace(
    'name="parley-demo-key" content=""',
    `name="parley-demo-key" content="${demoKey ?? ''}"`,
  );
  const pages = new Map<string, Promise<Page>>();

  function pageOf(name: string, contentType: string, content: string): Promise<Page> {
    const page = pages.get(name) ?? renderPage(contentType, content);
    pages.set(name, page);
    return page;
  }

  function find(file: string, host: string): Promise<Page> | null {
    switch (file) {
      case '':
        return isOwnAddress(host, publicUrl())
          ? pageOf('own', 'text/html; charset=utf-8', withKey)
          : pageOf('other', 'text/html; charset=utf-8', html);
      case 'inbox.js':
        return pageOf(file, 'text/javascript; charset=utf-8', script);
      case 'inbox.css':
        return pageOf(file, 'text/css; charset=utf-8', style);
      default:
        return null;
    }
  }

  return ({ method = '', url = '', headers }, response) => {
    const [requested = ''] = url.split('?');
    if (requested !== INBOX_PATH && !requested.startsWith(`${INBOX_PATH}/`)) return false;
    if (!['GET', 'HEAD'].includes(method)) return false;
    const page = find(requested.slice(INBOX_PATH.length + 1), headers.host ?? '');
    if (!page) {
      response.writeHead(404).end();
      return true;
    }
    response.setHeader('content-security-policy', contentSecurityPolicy(publicUrl(), hasRemoteStore));
    response.setHeader('referrer-policy', 'no-referrer');
    void page.then(
      (rendered) => sendPage(rendered, headers, response),
      () => response.writeHead(500).end(),
    );
    return true;
  };
}

/** Nothing but the page's own script and style runs; pictures of people may be anywhere, and files where they are stored. */
function contentSecurityPolicy(publicUrl: string, hasRemoteStore: boolean): string {
  const { origin, host, protocol } = new URL(publicUrl);
  const socket = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}`;
  const files = ["'self'", origin, ...(hasRemoteStore ? ['https:'] : [])].join(' ');
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data: blob: https: ${origin}`,
    `media-src ${files}`,
    `connect-src ${files} ${socket}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
