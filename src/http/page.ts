import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

/** A page or a part of it as it is sent: compressed, with the tag by which a browser asks whether its copy is current. */
export type Page = { contentType: string; gzip: Buffer; etag: string };

export async function renderPage(contentType: string, content: string): Promise<Page> {
  // Weak, because the page is also sent uncompressed.
  const etag = `W/"${createHash('sha256').update(content).digest('base64url')}"`;
  return { contentType, gzip: await promisify(gzip)(content), etag };
}

/** Browsers must ask each time and shared caches keep nothing, because a page may contain the demo key. */
export async function sendPage(
  { contentType, gzip, etag }: Page,
  headers: IncomingHttpHeaders,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('etag', etag).setHeader('cache-control', 'private, no-cache');
  response.setHeader('vary', 'Accept, Accept-Encoding');
  if (headers['if-none-match'] === etag) return void response.writeHead(304).end();
  response.setHeader('content-type', contentType);
  if (acceptsGzip(headers)) response.setHeader('content-encoding', 'gzip').end(gzip);
  else response.end(await promisify(gunzip)(gzip));
}

/** Source: RFC 9110, section 12.5.3. */
function acceptsGzip({ 'accept-encoding': accepted }: IncomingHttpHeaders): boolean {
  return String(accepted ?? '')
    .toLowerCase()
    .split(',')
    .some((coding) => /^\s*(gzip|\*)\s*(;\s*q=(1|0\.\d*[1-9]).*)?$/.test(coding));
}

/**
 * Whether a page may show the demo key at this host: an IP address, localhost or the host of the public URL. Any other
 * name may be an attacker's that DNS resolves to this server, whose pages could read the key.
 */
export function isOwnAddress(host: string, publicUrl: string): boolean {
  if (!URL.canParse(`http://${host}`)) return false;
  const { hostname } = new URL(`http://${host}`);
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
  return isAddress || hostname === 'localhost' || hostname === new URL(publicUrl).hostname;
}
