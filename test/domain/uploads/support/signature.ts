import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const encode = (text: string) =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/**
 * Whether a request is what its presigned URL was signed for: signature version 4, with its parameters in the query, as
 * Amazon documents it for S3.
 */
export function isSignedFor({ method = '', url = '', headers }: IncomingMessage, secret: string): boolean {
  const [path = '', query = ''] = url.split('?');
  const parameters = new URLSearchParams(query);
  const signature = parameters.get('X-Amz-Signature');
  parameters.delete('X-Amz-Signature');
  const canonicalQuery = [...parameters].map(([name, value]) => `${encode(name)}=${encode(value)}`).toSorted();
  const signed = parameters.get('X-Amz-SignedHeaders') ?? '';
  const canonicalHeaders = signed
    .split(';')
    .map((name) => `${name}:${[headers[name] ?? []].flat().join(',').trim()}\n`);
  const canonical = [method, path, canonicalQuery.join('&'), canonicalHeaders.join(''), signed, 'UNSIGNED-PAYLOAD'];
  const [, ...scope] = (parameters.get('X-Amz-Credential') ?? '').split('/');
  const [date = '', region = '', service = '', end = ''] = scope;
  const time = parameters.get('X-Amz-Date') ?? '';
  const hash = createHash('sha256').update(canonical.join('\n')).digest('hex');
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), service), end);
  return hmac(key, ['AWS4-HMAC-SHA256', time, scope.join('/'), hash].join('\n')).toString('hex') === signature;
}
