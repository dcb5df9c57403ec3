import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { invalid } from '../../lib/errors.js';
import { rule } from '../../lib/input.js';

/** Where webhooks may go, by the server's configuration. */
export type UrlPolicy = {
  /** Whether plain http is refused. */
  httpsOnly: boolean;
  /** Whether addresses that are not public are allowed, such as a receiver on the developer's own machine. */
  allowPrivate: boolean;
};

const DEFAULT_PORTS: Record<string, number> = { 'http:': 80, 'https:': 443 };

const TOO_LONG = 'Must have at most 2048 characters.';

/**
 * The URL of an endpoint, as far as it can be checked without the server's configuration. It is stored as it was parsed,
 * so that what was checked is what will be called, whoever reads it.
 */
export const endpointUrl = rule(
  'String',
  z
    .string('Must be a URL.')
    .max(2048, TOO_LONG)
    .superRefine((value, context) => {
      const message = flawInForm(value);
      if (message !== null) context.addIssue({ code: 'custom', message });
    })
    .transform((value) => new URL(value).href)
    // Characters that have to be escaped make it longer.
    .refine((href) => href.length <= 2048, TOO_LONG),
  'An absolute URL of at most 2048 characters with port 80, 443 or one from 8000 to 9999, without user name, password or fragment.',
);

/** Throws ValidationError if the server's configuration does not allow webhooks to this URL. */
export function assertUrlAllowed(url: string, policy: UrlPolicy): void {
  const flaw = flawInUrl(url, policy);
  if (flaw !== null) throw invalid('url', flaw);
}

/**
 * Why a URL may not be used, or null. A host name may still resolve to an address that is not public, now or later; that is
 * checked on every connection.
 */
export function flawInUrl(text: string, policy: UrlPolicy): string | null {
  return flawInForm(text) ?? flawByPolicy(new URL(text), policy);
}

function flawInForm(text: string): string | null {
  if (!URL.canParse(text)) return 'Must be an absolute address, such as https://example.com/webhooks.';
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return 'Must not contain a user name or password. Use a header.';
  if (url.hash !== '') return 'Must not have a fragment (#).';
  const port = url.port === '' ? DEFAULT_PORTS[url.protocol] : Number(url.port);
  const allowed = port === undefined || port === 80 || port === 443 || (port >= 8000 && port <= 9999);
  return allowed || isLocal(url) ? null : 'Must use port 80, 443, or one from 8000 to 9999.';
}

function flawByPolicy(url: URL, { httpsOnly, allowPrivate }: UrlPolicy): string | null {
  if (url.protocol !== 'https:' && (httpsOnly || url.protocol !== 'http:')) {
    return httpsOnly ? 'Must be an https address.' : 'Must be an https or http address.';
  }
  return isLocal(url) && !allowPrivate ? 'Must be a public address.' : null;
}

/** Whether a URL names this machine or an address that is not public, by whatever spelling: `URL` also reads 0x7f.1. */
function isLocal({ hostname }: URL): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  // RFC 6761, 6.3: these names always mean the machine itself.
  return isIP(address) === 0 ? /(^|\.)localhost\.?$/.test(hostname) : !isPublicAddress(address);
}

/** The IPv6 addresses that are routed as unicast between networks (RFC 4291, 2.4, as allocated by IANA). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** Azure's platform serves its virtual machines at this address, which is in no reserved range. */
const AZURE_PLATFORM = '168.63.129.16';

/**
 * Whether an IP address is unicast and public: not loopback, private, link-local (where clouds serve their metadata),
 * shared, multicast, documentation, or an IPv6 form that carries such an IPv4 address.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast' || parsed.toString() === AZURE_PLATFORM) return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_UNICAST);
}
