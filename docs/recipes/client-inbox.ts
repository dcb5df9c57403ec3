import { type Client, type ClientOptions, createClient } from '@parley/client';

type InboxOptions = Pick<ClientOptions, 'url' | 'token' | 'storage' | 'webSocketImpl'> & {
  /** Called with what to show whenever it has changed. */
  show: (inbox: { rows: string[]; open: number | null; banner: string | null }) => void;
};

/** Nothing while the list is as the server has it; what is shown may be older while it is BEHIND. */
const BANNERS = { LOADING: 'Loading …', BEHIND: 'Connecting …', LIVE: null };

/** Shows the open conversations, the newest activity first. Write with the client that it returns. */
export async function openInbox({ show, ...options }: InboxOptions): Promise<Client> {
  const client = await createClient(options);
  const list = client.list({ status: ['OPEN'] });
  const counts = client.counts();
  const render = () => {
    const status = client.status();
    show({
      rows: list.rows().map(({ subject, isPending }) => `${subject ?? 'No subject'}${isPending ? ' …' : ''}`),
      open: counts.value()?.open ?? null,
      banner: status.state === 'ENDED' ? 'Sign in again.' : BANNERS[list.state()],
    });
  };
  client.subscribe(render);
  render();
  return client;
}
