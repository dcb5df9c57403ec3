import { followChanges, hasStarted } from './changes.js';
import { type ConnectionOptions, createConnection, recordOfStatus } from './connection.js';
import { createCopy } from './copy.js';
import { followCounts } from './counts.js';
import { type RequestError, stopped } from './failures.js';
import type { Followed, FollowParts } from './following.js';
import { followList, forgetList } from './list-feed.js';
import { createOutbox } from './outbox.js';
import type { WritableStore } from './persistence.js';
import { until } from './store.js';
import { followThread, forgetThread } from './thread-feed.js';
import { followTyping } from './typing.js';
import { createViews } from './views.js';
import { keyOfWant, type Want } from './wants.js';
import type { OutboxChange } from './writes.js';

/** What a tab asks of whoever leads. */
export type Command =
  | { kind: 'write'; change: OutboxChange }
  | { kind: 'forget'; want: Want }
  | { kind: 'loadOlder'; conversationId: string };

/** What holds the connection, follows what all tabs show, and sends what all tabs write. */
export type Engine = {
  /** Says what a tab shows, instead of what it showed before. */
  want: (tab: string, wants: readonly Want[]) => void;
  run: (command: Command) => Promise<void>;
  /** Ends waits, such as when the platform is online again. */
  wake: () => void;
  end: () => void;
};

export function startEngine(store: WritableStore, options: ConnectionOptions): Engine {
  const copy = createCopy(store);
  const views = createViews(store);
  const stopping = new AbortController();
  const wantedBy = new Map<string, readonly Want[]>();
  const followed = new Map<string, Followed>();

  // What was only kept for as long as the last client ran.
  void store.commit((transaction) => copy.sweep(transaction));

  function showStatus(): void {
    const value = recordOfStatus(connection.status());
    void store.commit(({ put }) => put({ table: 'connection', key: 'connection', value }));
  }

  const connection = createConnection(options, () => {
    showStatus();
    if (connection.status().state === 'LIVE') outbox.wake();
  });
  const outbox = createOutbox({
    store,
    copy,
    views,
    connection,
    backoff: options,
    settle: (transaction, conversation) => {
      for (const { settle } of followed.values()) settle?.(transaction, conversation);
    },
  });
  showStatus();
  const fail = (reason: RequestError) => connection.end('INCOMPATIBLE', reason);
  const stopChanges = followChanges({ store, copy, connection, backoff: options, fail });
  const started = () => until(store, () => hasStarted(store), stopping.signal);
  const parts: FollowParts = { store, copy, views, connection, backoff: options, started };

  function start(want: Want): Followed {
    switch (want.kind) {
      case 'list':
        return followList(parts, want.filter);
      case 'counts':
        return followCounts(parts, want.filter);
      case 'thread':
        return followThread(parts, want.conversationId);
      case 'typing':
        return followTyping(parts, want.conversationId);
    }
  }

  return {
    want: (tab, wants) => {
      if (wants.length > 0) wantedBy.set(tab, wants);
      else wantedBy.delete(tab);
      const wanted = new Map([...wantedBy.values()].flat().map((want) => [keyOfWant(want), want]));
      for (const [key, { stop }] of followed) {
        if (wanted.has(key)) continue;
        followed.delete(key);
        stop();
      }
      for (const [key, want] of wanted) if (!followed.has(key)) followed.set(key, start(want));
    },
    run: async (command) => {
      switch (command.kind) {
        case 'write':
          return outbox.change(command.change);
        case 'forget': {
          const { want } = command;
          if (followed.has(keyOfWant(want))) return;
          if (want.kind === 'list') forgetList(parts, want.filter);
          if (want.kind === 'thread') forgetThread(parts, want.conversationId);
          return;
        }
        case 'loadOlder': {
          const key = keyOfWant({ kind: 'thread', conversationId: command.conversationId });
          return followed.get(key)?.loadOlder?.();
        }
      }
    },
    wake: () => {
      connection.wake();
      outbox.wake();
    },
    end: () => {
      const reason = stopped();
      stopping.abort(reason);
      outbox.stop();
      stopChanges();
      for (const { stop } of followed.values()) stop();
      connection.end('STOPPED', reason);
    },
  };
}
