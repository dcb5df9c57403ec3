import { follow } from './feed.js';
import type { Followed, FollowParts } from './following.js';
import { FollowTypingDocument, type FollowTypingSubscription } from './generated/operations.js';
import type { Store } from './store.js';

export type Typist = FollowTypingSubscription['typing']['actor'];

/** Who is typing in a conversation, now and as long as there is a connection. */
export type Typing = {
  actors: () => readonly Typist[];
  stop: () => void;
};

const NOBODY: readonly Typist[] = [];

/** What the store shows of who is typing. */
export function viewTyping({ tables }: Store, conversationId: string): Omit<Typing, 'stop'> {
  return { actors: () => tables.typing.get(conversationId) ?? NOBODY };
}

export function followTyping({ store, connection, backoff }: FollowParts, conversationId: string): Followed {
  function show(next: readonly Typist[]): void {
    if (next.length === 0 && !store.tables.typing.has(conversationId)) return;
    void store.commit(({ put, remove }) => {
      if (next.length > 0) put({ table: 'typing', key: conversationId, value: next });
      else remove('typing', conversationId);
    });
  }

  const stop = follow(
    connection,
    {
      document: FollowTypingDocument,
      // The subscription begins with who is typing already; who has stopped meanwhile is not said.
      catchUp: async () => show([]),
      variables: () => ({ conversationId }),
      apply: ({ typing: { actor, typing } }) => {
        const others = (store.tables.typing.get(conversationId) ?? NOBODY).filter(({ id }) => id !== actor.id);
        show(typing ? [...others, actor] : others);
      },
      moveTo: () => {},
      expire: () => {},
      tell: () => show([]),
    },
    backoff,
  );
  return {
    stop: () => {
      stop();
      show([]);
    },
  };
}
