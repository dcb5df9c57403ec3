import { type ResumingOptions, subscribeAndResume } from './resuming-client.js';

export type Row = { id: string; status: string; subject: string | null };

type InboxOptions = Pick<ResumingOptions, 'webSocketImpl' | 'onReconnect'> & {
  /** For example https://parley.example.com/graphql. */
  url: string;
  /** An API key, or in a browser what returns a session token that is still valid. */
  apiKey: string | (() => string | Promise<string>);
  show: (rows: Row[]) => void;
  fail: (reason: unknown) => void;
};

const READ = '{ eventCursor conversations(first: 100) { edges { node { id status subject } } } }';
const FOLLOW = `subscription ($after: String) {
  events(after: $after) { conversationId conversation { id status subject } }
}`;

type Read = { data?: { eventCursor: string; conversations: { edges: { node: Row }[] } } | null; errors?: unknown };
type Followed = { events: { conversationId: string; conversation: Row | null } };

/** Shows the conversations and every change to them. Returns a function that stops it. */
export function watchInbox({ url, apiKey, show, fail, ...socket }: InboxOptions): () => void {
  const authorize = async () => `Bearer ${typeof apiKey === 'string' ? apiKey : await apiKey()}`;
  const rows = new Map<string, Row>();

  async function reload(): Promise<string> {
    const headers = { authorization: await authorize(), 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: READ }) });
    const { data, errors }: Read = await response.json();
    if (!data) throw errors;
    rows.clear();
    for (const { node } of data.conversations.edges) rows.set(node.id, node);
    show([...rows.values()]);
    return data.eventCursor;
  }

  return subscribeAndResume<Followed, unknown>(
    {
      ...socket,
      url: url.replace(/^http/, 'ws'),
      connectionParams: async () => ({ Authorization: await authorize() }),
      reload,
    },
    { query: FOLLOW },
    {
      next: ({ data }) => {
        if (!data) return;
        const { conversationId, conversation } = data.events;
        if (conversation) rows.set(conversationId, conversation);
        else rows.delete(conversationId);
        show([...rows.values()]);
      },
      error: fail,
      complete: () => {},
    },
  );
}
