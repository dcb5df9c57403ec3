import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.js';

/** Where webhooks may go, by the server's configuration. */
export type UrlPolicy = {
  /** Whether plain http is refused. */
  httpsOnly: boolean;
  /** Whether addresses that are not public are allowed, as for a receiver on the developer's own machine. */
  allowPrivate: boolean;
};

const DEFAULT_PORTS: Record<string, number> = { 'http:': 80, 'https:': 443 };

/**
 * What forbids an endpoint's address as it is written, or null. A name may still resolve to an address that is not public,
 * now or later: that is checked whenever it is connected to.
 */
export function flawInUrl(text: string, { httpsOnly, allowPrivate }: UrlPolicy): string | null {
  if (!URL.canParse(text)) return 'Must be an absolute address, such as https://example.com/webhooks.';
  // This also reads the other spellings of an IPv4 address, such as 0x7f.1.
  const url = new URL(text);
  if (url.protocol !== 'https:' && (httpsOnly || url.protocol !== 'http:')) {
    return httpsOnly ? 'Must be an https address.' : 'Must be an https or http address.';
  }
  if (url.username !== '' || url.password !== '') return 'Must not hold a user name or password. Use a header.';
  if (url.hash !== '') return 'Must not have a fragment (#).';
  const nearby = isNearby(url);
  if (nearby && !allowPrivate) return 'Must be a public address.';
  const port = url.port === '' ? DEFAULT_PORTS[url.protocol] : Number(url.port);
  return nearby || isAllowedPort(port) ? null : 'Must have the port 80, 443, or one from 8000 to 9999.';
}

/** The host of a URL as an IP address, or null where it is a name. */
function literalAddress({ hostname }: Pick<URL, 'hostname'>): string | null {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? null : bare;
}

function isNearby(url: URL): boolean {
  const address = literalAddress(url);
  // RFC 6761, 6.3: these names are of the machine itself.
  return address === null ? /(^|\.)localhost\.?$/.test(url.hostname) : !isPublicAddress(address);
}

function isAllowedPort(port: number | undefined): boolean {
  return port === 80 || port === 443 || (port !== undefined && port >= 8000 && port <= 9999);
}
