import type { IncomingMessage } from 'node:http';
import { GraphQLError } from 'graphql';

/** Reads the body of a request, once. */
export type ReadBody = () => Promise<string>;

const MAX_BYTES = 1_000_000;

/**
 * Reads a body as text. Throws a GraphQLError if it is longer than 1 MB, as soon as that is known: the rest is then not
 * kept. Yoga's own limit puts four streams between the connection and the text, which take longer than the answer to a
 * small query.
 */
export function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    // Also while the caller was being authenticated: nothing more would happen to the request.
    if (request.destroyed) return reject(incomplete());
    if (Number(request.headers['content-length']) > MAX_BYTES) return reject(tooLarge());
    const chunks: Buffer[] = [];
    let bytes = 0;
    const add = (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > MAX_BYTES) {
        request.off('data', add);
        reject(tooLarge());
      }
    };
    const cut = () => reject(incomplete());
    request.on('data', add);
    request.once('end', () => {
      request.off('close', cut);
      resolve(Buffer.concat(chunks).toString());
    });
    request.once('close', cut);
    request.once('error', cut);
  });
}

function tooLarge(): GraphQLError {
  const extensions = { code: 'REQUEST_ENTITY_TOO_LARGE', http: { status: 413 } };
  return new GraphQLError(`The body is larger than ${MAX_BYTES} bytes.`, { extensions });
}

function incomplete(): GraphQLError {
  return new GraphQLError('The body is incomplete.', { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } });
}
