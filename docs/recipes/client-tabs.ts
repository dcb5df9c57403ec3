import { type Client, createClient } from '@parley/client';
import { openIndexedDbStorage } from '@parley/client/indexed-db';

type SignedIn = { url: string; personId: string; token: () => Promise<string | null> };

/** The client of this tab, in any number of tabs. */
export async function openTab({ url, personId, token }: SignedIn): Promise<Client> {
  return createClient({ url, token, storage: await openIndexedDbStorage({ name: `parley:${personId}` }) });
}
