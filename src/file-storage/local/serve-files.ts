import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Folder } from './folder.js';
import { receiveFile } from './receive-file.js';
import { Refusal } from './refusal.js';
import { sendFile } from './send-file.js';
import type { UrlSigner } from './signed-url.js';

export type FileServerOptions = {
  /** Begins the path of every file. */
  path: string;
  folder: Folder;
  signer: UrlSigner;
  clock: () => Date;
  log: Logger;
};

/** A workspace's id and a key; nothing else reaches the file system. */
const NAME = /^ws_[0-7][0-9a-z]{25}\/[0-9a-f]{32}\.[a-z0-9]{2,5}$/;

/** A file is only ever data: whatever it holds, a browser neither guesses its type nor runs it. */
const inert = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
};

/** Pages of any origin may use the URLs: who has one is allowed what it says, and nothing else is asked for. */
const cors = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'content-range, etag' };

const preflight = {
  'access-control-allow-methods': 'PUT, GET, HEAD',
  'access-control-allow-headers': 'content-type, range, x-request-id',
  'access-control-max-age': '86400',
};

/** Takes and serves the files of a folder by signed URLs. */
export function serveFiles({ path, folder, signer, clock, log }: FileServerOptions) {
  const running = new Set<Promise<void>>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [pathname = '', query = ''] = (request.url ?? '').split('?', 2);
    const name = pathname.slice(path.length);
    if (!NAME.test(name)) throw new Refusal(404, 'There is no such file.');
    if (request.method === 'OPTIONS') return void response.writeHead(204, preflight).end();
    const method = methodOf(request);
    const parameters = signer.verify(method, pathname, query);
    if (!parameters) throw new Refusal(403, 'The URL is not what it was when it was made.');
    const secondsLeft = Number(parameters.get('expires')) - clock().getTime() / 1000;
    if (secondsLeft <= 0) throw new Refusal(403, 'The URL has expired. Ask for another one.');
    const contentType = parameters.get('type') ?? '';
    if (method === 'PUT') {
      const sizeBytes = parameters.has('size') ? Number(parameters.get('size')) : null;
      await receiveFile(folder, name, request, { contentType, sizeBytes, maxBytes: Number(parameters.get('max')) });
      return void response.writeHead(201).end();
    }
    await sendFile(folder.pathOf(name), request, response, {
      'content-type': contentType,
      'content-disposition': parameters.get('disposition') ?? 'attachment',
      'cache-control': `private, max-age=${Math.floor(secondsLeft)}, immutable`,
      etag: `"${name}"`,
    });
  }

  function fail(error: unknown, request: IncomingMessage, response: ServerResponse): void {
    // The client has gone: there is nobody to tell, and nothing to tell of.
    if (response.destroyed || request.errored) return;
    if (response.headersSent) return void response.destroy();
    if (!(error instanceof Refusal)) log.error({ err: error }, 'An upload could not be stored or served');
    const { status, message, headers } = error instanceof Refusal ? error : new Refusal(500, 'A fault of the server.');
    response.writeHead(status, { ...headers, 'content-type': 'text/plain; charset=utf-8' }).end(`${message}\n`);
    // A client that still sends would not read the answer otherwise.
    request.resume();
  }

  return {
    handle: (request: IncomingMessage, response: ServerResponse): boolean => {
      if (!request.url?.startsWith(path)) return false;
      response.setHeaders(new Map(Object.entries({ ...inert, ...cors })));
      const answered = answer(request, response).catch((error: unknown) => fail(error, request, response));
      running.add(answered);
      void answered.finally(() => running.delete(answered));
      return true;
    },
    close: async () => {
      await Promise.all(running);
    },
  };
}

/** The method that a URL must be signed for. */
function methodOf({ method }: IncomingMessage): 'PUT' | 'GET' {
  if (method === 'PUT') return 'PUT';
  if (method === 'GET' || method === 'HEAD') return 'GET';
  throw new Refusal(405, 'Use PUT, GET or HEAD.', { allow: 'PUT, GET, HEAD, OPTIONS' });
}
