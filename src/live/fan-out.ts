import type { LogEntry, LogPosition } from '../event-log/log-event.js';
import type { LogFollower } from './log-follower.js';
import { createSubscriber, type Start, type Subscriber } from './subscriber.js';
import { openSubscriptionGroup, type SharedWork, type SubscriptionGroup } from './subscription-group.js';

/** Delivers events to the subscriptions of this process. */
export type FanOut = {
  /**
   * Sends the events after a position, first from the log and then live, without duplicates or gaps. Calls `onEnd` when
   * that ends, or if it cannot begin.
   */
  subscribe: (work: SharedWork, after: LogPosition, onEnd?: () => void, start?: Start) => Promise<Subscriber>;
  size: () => { groups: number; subscribers: number };
  /** Ends all subscriptions. */
  close: () => void;
};

/** A subscription group, and how many subscribers it has, including those that still wait for it to open. */
type Entry = { opening: Promise<SubscriptionGroup>; members: number };

/** Delivers events to subscriptions. Equal subscriptions form a group, for which an event is executed only once. */
export function createFanOut(
  logFollower: LogFollower,
  readAfter: (workspaceId: string, position: number) => Promise<LogEntry[]>,
): FanOut {
  const entries = new Map<string, Entry>();
  const subscribers = new Set<Subscriber>();

  function enter(work: SharedWork): Entry {
    const entry = entries.get(work.key) ?? {
      opening: openSubscriptionGroup(logFollower, work, (position) => readAfter(work.workspaceId, position)),
      members: 0,
    };
    entry.members += 1;
    entries.set(work.key, entry);
    return entry;
  }

  function leave(key: string, entry: Entry): void {
    entry.members -= 1;
    if (entry.members > 0) return;
    if (entries.get(key) === entry) entries.delete(key);
    entry.opening.then(
      ({ following }) => following.stop(),
      () => undefined,
    );
  }

  /** Apart from `subscribe`, so that a subscriber does not keep work that its group already has. */
  function join(
    entry: Entry,
    group: SubscriptionGroup,
    { after, onEnd, ...start }: Start & { after: LogPosition; onEnd: (() => void) | undefined },
  ): Subscriber {
    const { key, workspaceId } = group.work;
    const subscriber = createSubscriber(group, after, {
      ...start,
      readAfter: (position) => readAfter(workspaceId, position),
      onEnd: () => {
        subscribers.delete(subscriber);
        group.receivers.delete(subscriber);
        leave(key, entry);
        onEnd?.();
      },
    });
    group.receivers.add(subscriber);
    subscribers.add(subscriber);
    return subscriber;
  }

  return {
    subscribe: async (work, after, onEnd, start) => {
      const entry = enter(work);
      const group = await entry.opening.catch((error: unknown) => {
        leave(work.key, entry);
        onEnd?.();
        throw error;
      });
      return join(entry, group, { ...start, after, onEnd });
    },
    size: () => ({ groups: entries.size, subscribers: subscribers.size }),
    close: () => {
      for (const subscriber of [...subscribers]) subscriber.end();
    },
  };
}
