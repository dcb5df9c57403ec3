import { lookup, Resolver } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from '../domain/webhooks/endpoint-url.js';

type Address = { address: string; family: number };

/** All current addresses of a host name; rejects if it cannot be resolved. */
export type Resolve = (hostname: string) => Promise<Address[]>;

const DNS_TIMEOUT_MS = 3_000;
const DNS_TRIES = 2;

/** Resolves as the operating system does, including its hosts file, so that a developer's own names work. */
export const resolveBySystem: Resolve = (hostname) => lookup(hostname, { all: true, verbatim: true });

/**
 * Resolves by DNS only. The operating system's resolver blocks one of the process's few threads, which names with
 * unresponsive DNS servers could use up.
 */
export const resolveByDns: Resolve = async (hostname) => {
  const resolver = new Resolver({ timeout: DNS_TIMEOUT_MS, tries: DNS_TRIES });
  const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  const addresses = [
    ...(four.status === 'fulfilled' ? four.value.map((address) => ({ address, family: 4 })) : []),
    ...(six.status === 'fulfilled' ? six.value.map((address) => ({ address, family: 6 })) : []),
  ];
  if (addresses.length === 0 && four.status === 'rejected') throw four.reason;
  return addresses;
};

/** Thrown instead of connecting to an address to which webhooks may not go. */
export class ForbiddenAddressError extends Error {}

/**
 * Creates the look-up that a socket makes before connecting. The socket gets exactly the addresses checked here, so that a
 * name that resolves differently after the check cannot lead elsewhere. If any address is not public, all are refused.
 */
export function guardedLookup(resolve: Resolve, allowPrivate: boolean): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        const forbidden = allowPrivate ? undefined : addresses.find(({ address }) => !isPublicAddress(address));
        if (!first) done(new Error(`${hostname} has no address.`), '');
        else if (forbidden)
          done(new ForbiddenAddressError(`${hostname} resolves to an address that is not public.`), '');
        else if (options.all) done(null, addresses);
        else done(null, first.address, first.family);
      },
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error)), ''),
    );
  };
}
