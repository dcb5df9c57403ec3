import { useCallback, useSyncExternalStore } from 'react';
import type { Client } from '../client.js';
import { saysSame } from './keep.js';

/** How long something is followed after the last component has left it: another often comes at once. */
const LINGER_MS = 1_000;

type Options<Argument, Handle, Shown> = {
  /** The same for arguments that mean the same. */
  keyOf: (argument: Argument) => string;
  open: (client: Client, argument: Argument) => Handle;
  /** What there is to show, given what was shown before. */
  read: (handle: Handle, before: Shown | undefined) => Shown;
};

type Entry<Shown> = {
  /** The same object until something of it has changed. */
  shown: () => Shown;
  retain: (listener: () => void) => () => void;
};

/** What components follow of one kind. */
export type Follower<Argument, Shown> = {
  keyOf: (argument: Argument) => string;
  /** Follows it, if it is not followed already. */
  entryOf: (client: Client, argument: Argument) => Entry<Shown>;
};

/**
 * Follows each thing once, however many components show it. It begins with the first rendering, so that what the client
 * holds shows at once, and ends soon after the last component was unmounted, or if none was mounted at all: React renders
 * components that it then gives up, and in StrictMode mounts all of them twice.
 */
export function createFollower<Argument, Handle extends { stop: () => void }, Shown>(
  options: Options<Argument, Handle, Shown>,
): Follower<Argument, Shown> {
  const entries = new WeakMap<Client, Map<string, Entry<Shown>>>();
  return {
    keyOf: options.keyOf,
    entryOf: (client, argument) => {
      const ofClient = entries.get(client) ?? new Map<string, Entry<Shown>>();
      entries.set(client, ofClient);
      const key = options.keyOf(argument);
      const entry = ofClient.get(key) ?? openEntry(client, argument, options, () => ofClient.delete(key));
      ofClient.set(key, entry);
      return entry;
    },
  };
}

/** What there is to show of it; `onServer` where the page is rendered by a server, which follows nothing. */
export function useFollowed<Argument, Shown>(
  { keyOf, entryOf }: Follower<Argument, Shown>,
  client: Client,
  argument: Argument,
  onServer: Shown,
): Shown {
  const key = keyOf(argument);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the argument, which may be new each time.
  const entry = useCallback(() => entryOf(client, argument), [entryOf, client, key]);
  const retain = useCallback((listener: () => void) => entry().retain(listener), [entry]);
  return useSyncExternalStore(
    retain,
    () => entry().shown(),
    () => onServer,
  );
}

function openEntry<Argument, Handle extends { stop: () => void }, Shown>(
  client: Client,
  argument: Argument,
  { open, read }: Options<Argument, Handle, Shown>,
  onEnd: () => void,
): Entry<Shown> {
  const handle = open(client, argument);
  const listeners = new Set<() => void>();
  let shown = read(handle, undefined);
  let isCurrent = true;
  let ending = setTimeout(end, LINGER_MS);
  const unsubscribe = client.subscribe(() => {
    isCurrent = false;
    for (const listener of [...listeners]) listener();
  });

  function end(): void {
    onEnd();
    unsubscribe();
    handle.stop();
  }

  return {
    shown: () => {
      if (isCurrent) return shown;
      isCurrent = true;
      const next = read(handle, shown);
      if (!saysSame(shown, next)) shown = next;
      return shown;
    },
    retain: (listener) => {
      clearTimeout(ending);
      // Each in a function of its own, because two components may pass the same listener.
      const listen = () => listener();
      listeners.add(listen);
      return () => {
        listeners.delete(listen);
        if (listeners.size === 0) ending = setTimeout(end, LINGER_MS);
      };
    },
  };
}
