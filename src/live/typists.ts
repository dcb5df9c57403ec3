import type { ActorRef } from '../lib/actor-ref.js';
import type { Audience } from './typing-audience.js';

/** An actor is typing or has stopped. Never stored. All listeners get the same object. */
export type Typing = {
  conversationId: string;
  actor: ActorRef;
  typing: boolean;
  at: Date;
  /** Who may know; undefined if whoever has sent the signal did not say. */
  audience: Audience | undefined;
};

/** Who types in a workspace, as this process knows from the signals of all. */
export type Typists = {
  /** Somebody types, or goes on. */
  set: (typing: Typing) => void;
  get: (conversationId: string, actorId: string) => Typing | undefined;
  /** Somebody has stopped. Returns what was known of them. */
  remove: (conversationId: string, actorId: string) => Typing | undefined;
  all: () => Typing[];
  count: () => number;
  /** Forgets all, and tells nobody. */
  clear: () => void;
};

/** More in one workspace at a time would not be people. */
export const MAX_TYPISTS = 1_000;

export function keyOf(conversationId: string, actorId: string): string {
  return `${conversationId} ${actorId}`;
}

/**
 * Keeps who types, each for `typingMs` after the last signal. Calls `onEnd` when nothing more was heard of somebody, or
 * when more people type than are kept, of whom the one ends that was heard of the longest ago.
 */
export function createTypists(typingMs: number, onEnd: (typing: Typing) => void): Typists {
  /** The longest ago first. */
  const typists = new Map<string, { typing: Typing; expiry: NodeJS.Timeout }>();

  function take(key: string): Typing | undefined {
    const known = typists.get(key);
    if (!known) return undefined;
    clearTimeout(known.expiry);
    typists.delete(key);
    return known.typing;
  }

  function end(key: string): void {
    const typing = take(key);
    if (typing) onEnd(typing);
  }

  return {
    set: (typing) => {
      const key = keyOf(typing.conversationId, typing.actor.id);
      take(key);
      typists.set(key, { typing, expiry: setTimeout(() => end(key), typingMs).unref() });
      const [oldest] = typists.keys();
      if (oldest !== undefined && typists.size > MAX_TYPISTS) end(oldest);
    },
    get: (conversationId, actorId) => typists.get(keyOf(conversationId, actorId))?.typing,
    remove: (conversationId, actorId) => take(keyOf(conversationId, actorId)),
    all: () => [...typists.values()].map(({ typing }) => typing),
    count: () => typists.size,
    clear: () => {
      for (const { expiry } of typists.values()) clearTimeout(expiry);
      typists.clear();
    },
  };
}
