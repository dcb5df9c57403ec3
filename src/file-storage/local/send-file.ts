import { open } from 'node:fs/promises';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { errorCode } from '../../lib/error-info.js';
import { readRange } from './range.js';
import { TransferError } from './transfer-error.js';

/**
 * Answers a GET or HEAD with a file, or with the requested part of it. The file must be immutable.
 * @throws {TransferError} if there is no such file or part
 */
export async function sendFile(
  file: string,
  request: IncomingMessage,
  response: ServerResponse,
  headers: OutgoingHttpHeaders & { etag: string },
): Promise<void> {
  const { etag } = headers;
  const handle = await openToRead(file);
  try {
    const { size } = await handle.stat();
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304, headers).end();
    const range = readRange(rangeApplies(request, etag) ? request.headers.range : undefined, size);
    if (range === 'unsatisfiable') {
      throw new TransferError(416, `The file has ${size} bytes.`, { 'content-range': `bytes */${size}` });
    }
    const part = range === 'whole' ? { start: 0, end: size - 1 } : range;
    response.writeHead(range === 'whole' ? 200 : 206, {
      ...headers,
      'accept-ranges': 'bytes',
      'content-length': part.end - part.start + 1,
      ...(range === 'whole' ? {} : { 'content-range': `bytes ${part.start}-${part.end}/${size}` }),
    });
    if (request.method === 'HEAD') return void response.end();
    await pipeline(handle.createReadStream({ ...part, autoClose: false }), response);
  } finally {
    await handle.close();
  }
}

async function openToRead(file: string) {
  try {
    return await open(file);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw new TransferError(404, 'File not found.');
    throw error;
  }
}

/** Whether the client may get a part of the file: it has no other version of the rest (If-Range). */
function rangeApplies({ headers }: IncomingMessage, etag: string): boolean {
  const condition = headers['if-range'];
  return condition === undefined || condition === etag;
}
