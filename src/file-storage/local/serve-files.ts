import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Folder } from './folder.js';
import { receiveFile } from './receive-file.js';
import { sendFile } from './send-file.js';
import type { UrlSigner } from './signed-url.js';
import { TransferError } from './transfer-error.js';

export type FileServerOptions = {
  /** The prefix of every file's path. */
  path: string;
  folder: Folder;
  signer: UrlSigner;
  clock: () => Date;
  log: Logger;
};

/** A workspace's id and an upload key. No other path reaches the file system. */
const NAME = /^ws_[0-7][0-9a-z]{25}\/[0-9a-f]{32}\.[a-z0-9]{2,5}$/;

/** Whatever a file contains, browsers must not guess its type or run it. */
const inert = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
};

/** Pages of any origin may use the URLs, because the signature is the only credential. */
const cors = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'content-range, etag' };

const preflight = {
  'access-control-allow-methods': 'PUT, GET, HEAD',
  'access-control-allow-headers': 'content-type, range, x-request-id',
  'access-control-max-age': '86400',
};

/** Receives and serves the files of a folder by signed URLs. */
export function serveFiles({ path, folder, signer, clock, log }: FileServerOptions) {
  const running = new Set<Promise<void>>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [pathname = '', query = ''] = (request.url ?? '').split('?', 2);
    const name = pathname.slice(path.length);
    if (!NAME.test(name)) throw new TransferError(404, 'File not found.');
    if (request.method === 'OPTIONS') return void response.writeHead(204, preflight).end();
    const method = methodOf(request);
    const parameters = signer.verify(method, pathname, query);
    if (!parameters) throw new TransferError(403, 'Invalid signature.');
    const secondsLeft = Number(parameters.get('expires')) - clock().getTime() / 1000;
    if (secondsLeft <= 0) throw new TransferError(403, 'The URL has expired. Request a new one.');
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
    // The client has disconnected, which is no error of the server.
    if (response.destroyed || request.errored) return;
    if (response.headersSent) return void response.destroy();
    if (!(error instanceof TransferError)) log.error({ err: error }, 'Could not store or serve an upload');
    const { status, message, headers } =
      error instanceof TransferError ? error : new TransferError(500, 'Internal server error.');
    response.writeHead(status, { ...headers, 'content-type': 'text/plain; charset=utf-8' }).end(`${message}\n`);
    // Otherwise a client that is still sending would not read the response.
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

/** The method that the URL must be signed for. */
function methodOf({ method }: IncomingMessage): 'PUT' | 'GET' {
  if (method === 'PUT') return 'PUT';
  if (method === 'GET' || method === 'HEAD') return 'GET';
  throw new TransferError(405, 'Use PUT, GET or HEAD.', { allow: 'PUT, GET, HEAD, OPTIONS' });
}
