import { errorOfFailure, type RequestError } from './failures.js';
import type { ConversationFilter } from './generated/operations.js';
import { matches } from './matches.js';
import type { Store } from './store.js';
import type { Conversation, Views } from './views.js';
import { keyOfFilter, keyOfWant } from './wants.js';

export type Compare = (one: Conversation, other: Conversation) => number;

/** A list of conversations that stays right. */
export type List = {
  /** The same array until something has changed. */
  rows: () => readonly Conversation[];
  /** LOADING until there is something to show, BEHIND while the connection is away. */
  state: () => 'LOADING' | 'BEHIND' | 'LIVE';
  /** Why the list can never be shown, such as for a filter that cannot be followed; null otherwise. */
  failure: () => RequestError | null;
  /** Stops following it. What it holds stays, for the next time. */
  stop: () => void;
  /** Stops following it, and drops what it holds, unless another tab follows it. */
  forget: () => void;
};

/** The newest activity first. */
const byActivity: Compare = (one, other) => {
  const [time, otherTime] = [one.lastMessageAt ?? one.createdAt, other.lastMessageAt ?? other.createdAt];
  if (time !== otherTime) return time < otherTime ? 1 : -1;
  return one.id < other.id ? 1 : -1;
};

/** What the store shows of a list. */
export function viewList(
  store: Store,
  views: Views,
  filter: ConversationFilter,
  compare: Compare = byActivity,
): Pick<List, 'rows' | 'state' | 'failure'> {
  const key = keyOfFilter(filter);
  let shown: { version: number; rows: readonly Conversation[] } | null = null;
  const following = () => store.tables.following.get(keyOfWant({ kind: 'list', filter }));

  function rows(): readonly Conversation[] {
    if (shown?.version === store.version()) return shown.rows;
    const members = store.membersOf(key);
    const waiting = views.waiting().map(({ conversationId }) => conversationId);
    const touched = new Set([...(following()?.settling ?? []), ...waiting]);
    const held = [...new Set([...members, ...touched])].flatMap((id) => {
      const row = views.conversation(id);
      if (!row) return [];
      const isIn = members.has(id);
      return (touched.has(id) ? (matches(filter, row) ?? isIn) : isIn) ? row : [];
    });
    shown = { version: store.version(), rows: held.sort(compare) };
    return shown.rows;
  }

  return {
    rows,
    state: () => (store.tables.list.has(key) ? (following()?.isLive ? 'LIVE' : 'BEHIND') : 'LOADING'),
    failure: () => {
      const failure = following()?.failure;
      return failure ? errorOfFailure(failure) : null;
    },
  };
}
