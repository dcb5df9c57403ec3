import { createServer } from 'node:http';
import path from 'node:path';
import { build } from 'esbuild';

export type App = {
  /** For example http://127.0.0.1:4000. */
  origin: string;
  html: string;
  script: string;
  close: () => Promise<void>;
};

/** Serves the page of test/client/support/page.ts, on an origin of its own, and tokens of a person: /token?ID. */
export async function serveApp(makeToken: (actorId: string) => Promise<string>): Promise<App> {
  const html = '<!doctype html><title>Inbox</title><script type="module" src="/app.js"></script>';
  const script = await bundle();
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? '', 'http://127.0.0.1');
    const answer = (type: string, body: string) => response.writeHead(200, { 'content-type': type }).end(body);
    if (pathname === '/') answer('text/html', html);
    else if (pathname === '/app.js') answer('text/javascript', script);
    else if (pathname === '/token') {
      makeToken(search.slice(1)).then(
        (token) => answer('text/plain', token),
        () => response.writeHead(503).end(),
      );
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The app has no port.');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    html,
    script,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** For browsers, as an app's bundler makes it. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path.join(import.meta.dirname, 'page.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    alias: {
      '@parley/client': path.resolve('client/src/client.ts'),
      '@parley/client/indexed-db': path.resolve('client/src/indexed-db.ts'),
    },
  });
  return outputFiles.map(({ text }) => text).join('');
}
