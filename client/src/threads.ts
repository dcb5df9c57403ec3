import { errorOfFailure, type RequestError } from './failures.js';
import type { Store } from './store.js';
import type { Conversation, Message, Views } from './views.js';
import { keyOfWant } from './wants.js';

/** A conversation and its newest messages, which stay right. */
export type Thread = {
  conversation: () => Conversation | null;
  /** In order; the same array until something has changed. Older ones come with `loadOlder`. */
  messages: () => readonly Message[];
  /** MISSING if there is no such conversation, or the viewer does not see it. */
  state: () => 'LOADING' | 'LOADED' | 'MISSING';
  failure: () => RequestError | null;
  hasOlder: () => boolean;
  /** Loads up to 50 messages more; rejects with a RequestError. */
  loadOlder: () => Promise<void>;
  /** What it holds stays, and is kept right, for the next time. */
  stop: () => void;
  /** Stops it, and drops its messages, unless another tab shows it. */
  forget: () => void;
};

/** What the store shows of a thread. */
export function viewThread(
  store: Store,
  views: Views,
  id: string,
): Pick<Thread, 'conversation' | 'messages' | 'state' | 'failure' | 'hasOlder'> {
  const { tables } = store;
  let shown: { version: number; messages: readonly Message[] } | null = null;
  const following = () => tables.following.get(keyOfWant({ kind: 'thread', conversationId: id }));
  return {
    conversation: () => views.conversation(id),
    messages: () => {
      if (shown?.version !== store.version()) shown = { version: store.version(), messages: views.messages(id) };
      return shown.messages;
    },
    state: () => (tables.thread.has(id) ? 'LOADED' : following()?.isMissing ? 'MISSING' : 'LOADING'),
    failure: () => {
      const failure = following()?.failure;
      return failure ? errorOfFailure(failure) : null;
    },
    hasOlder: () => tables.thread.get(id)?.hasOlder ?? false,
  };
}
