import { type ResumingOptions, subscribeAndResume } from './resuming-client.js';

export type ListedRow = { id: string; subject: string | null; status: string };

type ListOptions = Pick<ResumingOptions, 'webSocketImpl' | 'onReconnect' | 'pingMs'> & {
  /** For example https://parley.example.com/graphql. */
  url: string;
  /** An API key, or in a browser what returns a session token that is still valid. */
  token: () => string | Promise<string>;
  /** A ConversationFilter without `search`. */
  filter: Record<string, unknown>;
  /** Called with the rows of the list, in no order, whenever they have changed. */
  show: (rows: ListedRow[]) => void;
  fail: (reason: unknown) => void;
};

const LOAD = `query ($filter: ConversationFilter, $page: String) {
  eventCursor
  conversations(filter: $filter, first: 100, after: $page, orderBy: { field: CREATED_AT }) {
    edges { node { id subject status } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const FOLLOW = `subscription ($filter: ConversationFilter, $after: String) {
  conversationChanges(filter: $filter, after: $after) {
    ... on ConversationUpsert { conversation { id subject status } }
    ... on ConversationRemoval { conversationId }
  }
}`;

type Loaded = {
  data?: {
    eventCursor: string;
    conversations: { edges: { node: ListedRow }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
  } | null;
  errors?: unknown;
};
type Followed = { conversationChanges: { conversation?: ListedRow; conversationId?: string } };

/** Keeps a list like the query `conversations` with this filter answers it. Returns a function that stops it. */
export function followList({ url, token, filter, show, fail, ...socket }: ListOptions): () => void {
  const rows = new Map<string, ListedRow>();
  const changed = () => show([...rows.values()]);
  const authorize = async () => `Bearer ${await token()}`;

  async function load(page: string | null): Promise<NonNullable<Loaded['data']>> {
    const headers = { authorization: await authorize(), 'content-type': 'application/json' };
    const body = JSON.stringify({ query: LOAD, variables: { filter, page } });
    const response = await fetch(url, { method: 'POST', headers, body });
    const { data, errors }: Loaded = await response.json();
    if (!data) throw errors;
    return data;
  }

  /** Loads all pages, and returns the cursor from before the first: what changed since is applied again. */
  async function reload(): Promise<string> {
    rows.clear();
    let page: string | null = null;
    let start: string | null = null;
    do {
      const { eventCursor, conversations } = await load(page);
      start ??= eventCursor;
      for (const { node } of conversations.edges) rows.set(node.id, node);
      page = conversations.pageInfo.hasNextPage ? conversations.pageInfo.endCursor : null;
    } while (page !== null);
    changed();
    return start;
  }

  return subscribeAndResume<Followed, unknown>(
    {
      ...socket,
      url: url.replace(/^http/, 'ws'),
      connectionParams: async () => ({ Authorization: await authorize() }),
      reload,
    },
    { query: FOLLOW, variables: { filter } },
    {
      next: ({ data }) => {
        if (!data) return;
        const { conversation, conversationId } = data.conversationChanges;
        if (conversation) rows.set(conversation.id, conversation);
        else if (conversationId) rows.delete(conversationId);
        changed();
      },
      error: fail,
      complete: () => {},
    },
  );
}
