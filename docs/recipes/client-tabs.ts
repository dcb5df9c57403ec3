import { type Client, type ClientOptions, createClient } from '@parley/client';
import { openIndexedDbStorage } from '@parley/client/indexed-db';

type TabOptions = Omit<ClientOptions, 'storage'> & { personId: string };

/** The client of this tab, in any number of tabs. */
export async function openTab({ personId, ...options }: TabOptions): Promise<Client> {
  return createClient({ ...options, storage: await openIndexedDbStorage({ name: `parley:${personId}` }) });
}
