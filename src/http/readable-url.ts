import type { IncomingMessage } from 'node:http';

/** With one of these the host would say more than a host does: a path, parameters, a password. */
const NOT_OF_A_HOST = /[/\\?#@]/;

/** Says to a client what `hasReadableUrl` asks for. */
export const NO_READABLE_URL = 'Send a Host header that is a host, and a path that begins with a slash.\n';

/** Whether host and target of a request make a URL, which whatever answers it takes for granted. */
export function hasReadableUrl({ headers, url = '' }: IncomingMessage): boolean {
  // HTTP/1.0 has no Host, and HTTP/1.1 an empty one where there is none to name.
  const host = headers.host || 'localhost';
  return url.startsWith('/') && !NOT_OF_A_HOST.test(host) && URL.canParse(`http://${host}${url}`);
}
