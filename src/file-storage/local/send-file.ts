import { open } from 'node:fs/promises';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { errorCode } from '../../lib/error-info.js';
import { readRange } from './range.js';
import { Refusal } from './refusal.js';

/**
 * Answers a GET or HEAD with a file that never changes, or with the part that it asks for.
 * @throws {Refusal} where there is no such file or part
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
    const range = readRange(isSameFile(request, etag) ? request.headers.range : undefined, size);
    if (range === 'unsatisfiable') {
      throw new Refusal(416, `There are ${size} bytes.`, { 'content-range': `bytes */${size}` });
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
    if (errorCode(error) === 'ENOENT') throw new Refusal(404, 'There is no such file.');
    throw error;
  }
}

/** Whether a part of the file would continue what the client has. */
function isSameFile({ headers }: IncomingMessage, etag: string): boolean {
  const condition = headers['if-range'];
  return condition === undefined || condition === etag;
}
