import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Who sends a request: an IPv4 address, or the /64 of an IPv6 address, all of which one client may have. */
export type AddressOf = (request: Pick<IncomingMessage, 'socket' | 'headers'>) => string;

/** More hops than anybody has. What comes before the last ones may be anything, and costs nothing. */
const MAX_HOPS = 20;

/**
 * Creates the function that finds the client's address. X-Forwarded-For is believed as far as trusted proxies have written
 * it: from its end to the first address that is not one of theirs.
 */
export function createAddressOf(trustedProxies: readonly string[]): AddressOf {
  const isTrusted = createIsTrusted(trustedProxies);
  // A connection carries many requests, and only a proxy's are of more than one client.
  const known = new WeakMap<object, string>();
  return ({ socket, headers }) => {
    const before = known.get(socket);
    if (before !== undefined) return before;
    let address = socket.remoteAddress ?? '';
    if (isIP(address) === 0) return 'unknown';
    if (!isTrusted(address)) {
      const client = clientOf(address);
      known.set(socket, client);
      return client;
    }
    for (const hop of hopsIn(headers['x-forwarded-for'])) {
      // What a proxy does not know, the proxy itself stands for.
      if (isIP(hop) === 0) break;
      address = hop;
      if (!isTrusted(hop)) break;
    }
    return clientOf(address);
  };
}

/** Whether a request comes from a trusted proxy, whose headers are believed. */
export function createFromTrustedProxy(trustedProxies: readonly string[]) {
  const isTrusted = createIsTrusted(trustedProxies);
  return ({ socket }: Pick<IncomingMessage, 'socket'>): boolean => {
    const address = socket.remoteAddress ?? '';
    return isIP(address) !== 0 && isTrusted(address);
  };
}

function createIsTrusted(trustedProxies: readonly string[]): (address: string) => boolean {
  const trusted = listOf(trustedProxies);
  return (address) => trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/** The addresses in X-Forwarded-For from the last to the first. Some proxies add a port. */
function hopsIn(header: string | string[] | undefined): string[] {
  const hops = [header ?? ''].flat().join(',').split(',').slice(-MAX_HOPS);
  return hops.reverse().map((hop) => hop.trim().replace(/^\[(.*)\](:\d+)?$|^([\d.]+):\d+$/, '$1$3'));
}

function clientOf(address: string): string {
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toNormalizedString().replace(/%.*/, '')}/64`)}/64`;
}
