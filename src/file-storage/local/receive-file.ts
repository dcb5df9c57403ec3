import type { IncomingMessage } from 'node:http';
import { essenceOf } from '../file-types.js';
import type { Folder } from './folder.js';
import { TransferError } from './transfer-error.js';

/** What a presigned URL allows to store. `sizeBytes` is the exact size; null allows any size up to maxBytes. */
export type PutLimits = { contentType: string; sizeBytes: number | null; maxBytes: number };

/**
 * Stores the body of a PUT as a stream. The file appears under its name once it is complete.
 * @throws {TransferError} if the URL does not allow this body, or the file exists already
 */
export async function receiveFile(
  folder: Folder,
  name: string,
  request: IncomingMessage,
  limits: PutLimits,
): Promise<void> {
  const { headers } = request;
  if (essenceOf(headers['content-type'] ?? '') !== limits.contentType || headers['content-encoding'] !== undefined) {
    throw new TransferError(415, `Send Content-Type: ${limits.contentType} and no Content-Encoding.`);
  }
  if (headers['content-length'] !== undefined) checkSize(Number(headers['content-length']), limits);
  if ((await folder.sizeOf(name)) !== null) throw alreadyStored();
  if (!(await folder.write(name, checked(request, limits)))) throw alreadyStored();
}

/** The chunks of a body, with their size checked, because Content-Length may be missing. */
async function* checked(request: IncomingMessage, limits: PutLimits): AsyncGenerator<Buffer> {
  let size = 0;
  // A destroyed request could not be answered any more.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > limits.maxBytes) throw tooLarge(limits);
    yield chunk;
  }
  checkSize(size, limits);
}

function checkSize(size: number, limits: PutLimits): void {
  const { sizeBytes, maxBytes } = limits;
  if (size > maxBytes) throw tooLarge(limits);
  if (sizeBytes !== null && size !== sizeBytes)
    throw new TransferError(400, `Expected ${sizeBytes} bytes, got ${size}.`);
  if (size === 0) throw new TransferError(400, 'Expected at least one byte.');
}

function tooLarge({ maxBytes }: PutLimits): TransferError {
  return new TransferError(413, `Expected at most ${maxBytes} bytes.`);
}

function alreadyStored(): TransferError {
  return new TransferError(409, 'This upload is already stored. Create another one for a different file.');
}
