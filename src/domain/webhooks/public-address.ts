import ipaddr from 'ipaddr.js';

/** All IPv6 addresses that are routed as unicast between networks (RFC 4291, 2.4, as IANA allocates them). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** Azure's platform answers its machines at this address, which is none of the ranges that are reserved. */
const PLATFORM = '168.63.129.16';

/**
 * Whether an IP address is unicast and public: not loopback, private, link-local (where clouds keep their metadata),
 * shared, multicast, documentation, or an IPv6 form that carries an IPv4 address.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast' || parsed.toString() === PLATFORM) return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_UNICAST);
}
