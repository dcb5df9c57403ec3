import { lookup, Resolver } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from '../domain/webhooks/endpoint-url.js';

type Address = { address: string; family: number };

/** All addresses that a host name has at this moment; rejects where there are none. */
export type Resolve = (hostname: string) => Promise<Address[]>;

const DNS_TIMEOUT_MS = 3_000;
const DNS_TRIES = 2;

/** As the machine does it, with its hosts file: what a developer's own names need. */
export const resolveBySystem: Resolve = (hostname) => lookup(hostname, { all: true, verbatim: true });

/**
 * By DNS alone. The system's own way waits in one of the few threads of the process, which names whose servers do not
 * answer could hold up for everything else.
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

/** A connection was refused by us: its address is not one that webhooks may go to. */
export class ForbiddenAddressError extends Error {}

/**
 * What a socket asks before it connects. It gets exactly the addresses that were checked here, so that a name that changes
 * its answer after the check cannot lead elsewhere. One address that is not public refuses them all.
 */
export function guardedLookup(resolve: Resolve, allowPrivate: boolean): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        const wrong = allowPrivate ? undefined : addresses.find(({ address }) => !isPublicAddress(address));
        if (!first) done(new Error(`${hostname} has no address.`), '');
        else if (wrong) done(new ForbiddenAddressError(`${hostname} resolves to an address that is not public.`), '');
        else if (options.all) done(null, addresses);
        else done(null, first.address, first.family);
      },
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error)), ''),
    );
  };
}
