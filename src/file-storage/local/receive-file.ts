import type { IncomingMessage } from 'node:http';
import { essenceOf } from '../file-types.js';
import type { Folder } from './folder.js';
import { Refusal } from './refusal.js';

/** What the URL of a PUT allows. */
export type Allowed = { contentType: string; sizeBytes: number | null; maxBytes: number };

/**
 * Stores the body of a PUT under a name while it arrives; it is there once all of it has been.
 * @throws {Refusal} where it is not what the URL allows, or something is there already
 */
export async function receiveFile(
  folder: Folder,
  name: string,
  request: IncomingMessage,
  allowed: Allowed,
): Promise<void> {
  const { headers } = request;
  if (essenceOf(headers['content-type'] ?? '') !== allowed.contentType || headers['content-encoding'] !== undefined) {
    throw new Refusal(415, `Send it with Content-Type: ${allowed.contentType} and without a Content-Encoding.`);
  }
  if (headers['content-length'] !== undefined) checkSize(Number(headers['content-length']), allowed);
  if ((await folder.sizeOf(name)) !== null) throw alreadyStored();
  if (!(await folder.write(name, checked(request, allowed)))) throw alreadyStored();
}

/** The bytes of a body, as long as they are what was said: Content-Length may be left out. */
async function* checked(request: IncomingMessage, allowed: Allowed): AsyncGenerator<Buffer> {
  let size = 0;
  // Destroyed, the connection could not carry the refusal any more.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > allowed.maxBytes) throw tooLarge(allowed);
    yield chunk;
  }
  checkSize(size, allowed);
}

function checkSize(size: number, allowed: Allowed): void {
  const { sizeBytes, maxBytes } = allowed;
  if (size > maxBytes) throw tooLarge(allowed);
  if (sizeBytes !== null && size !== sizeBytes) throw new Refusal(400, `Send the ${sizeBytes} bytes that were said.`);
  if (size === 0) throw new Refusal(400, 'Send at least one byte.');
}

function tooLarge({ maxBytes }: Allowed): Refusal {
  return new Refusal(413, `Send at most ${maxBytes} bytes.`);
}

function alreadyStored(): Refusal {
  return new Refusal(409, 'This upload is stored already. Make another one for other bytes.');
}
