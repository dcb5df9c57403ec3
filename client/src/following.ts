import type { BackoffOptions } from './backoff.js';
import type { Connection } from './connection.js';
import type { Copy } from './copy.js';
import type { SyncedConversationFragment } from './generated/operations.js';
import type { WritableStore } from './persistence.js';
import type { Following } from './records.js';
import type { Transaction } from './store.js';
import type { Views } from './views.js';

/** What follows something has of the client that leads. */
export type FollowParts = {
  store: WritableStore;
  copy: Copy;
  views: Views;
  connection: Connection;
  backoff: BackoffOptions;
  /** Waits until the client follows all changes: what is loaded before could miss some. */
  started: () => Promise<void>;
};

/** Something that whoever leads follows, as long as any tab wants it. */
export type Followed = {
  /** What it holds stays, for the next time. */
  stop: () => void;
  /** Of a list: told of a conversation that an accepted write has changed, before the write is forgotten. */
  settle?: (transaction: Transaction, conversation: SyncedConversationFragment) => void;
  /** Of a thread: loads messages before those that are held. */
  loadOlder?: () => Promise<void>;
};

const NEW: Following = { isLive: false, isMissing: false, failure: null, settling: [] };

/** Says how something is going, and what of that has changed. */
export function putFollowing(
  { tables }: WritableStore,
  { put }: Transaction,
  key: string,
  change: Partial<Following>,
): void {
  put({ table: 'following', key, value: { ...(tables.following.get(key) ?? NEW), ...change } });
}
