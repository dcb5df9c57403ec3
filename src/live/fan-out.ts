import type { LogEvent, LogPlace } from '../event-log/log-event.js';
import type { Tail } from './log-follower.js';
import { createSubscriber, type Subscriber } from './subscriber.js';
import { type Group, openGroup, type SharedWork } from './subscription-group.js';

export type FanOut = {
  /** Sends what the log holds behind a place, then what comes; nothing twice, nothing lost. */
  subscribe: (work: SharedWork, behind: LogPlace) => Promise<Subscriber>;
  size: () => { groups: number; subscribers: number };
  /** Ends all subscriptions. */
  close: () => void;
};

/** A group, and for how many subscribers it is kept, those included that wait for it. */
type Entry = { opening: Promise<Group>; members: number };

/** Hands events to subscriptions, and executes those that are equal once for all of them. */
export function createFanOut(
  tail: Tail,
  readBehind: (workspaceId: string, position: number) => Promise<LogEvent[]>,
): FanOut {
  const entries = new Map<string, Entry>();
  const subscribers = new Set<Subscriber>();

  function enter(work: SharedWork): Entry {
    const entry = entries.get(work.key) ?? {
      opening: openGroup(tail, work, (position) => readBehind(work.workspaceId, position)),
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

  return {
    subscribe: async (work, behind) => {
      const entry = enter(work);
      const group = await entry.opening.catch((error: unknown) => {
        leave(work.key, entry);
        throw error;
      });
      const subscriber = createSubscriber(group, behind, {
        readBehind: (position) => readBehind(work.workspaceId, position),
        onEnd: () => {
          subscribers.delete(subscriber);
          group.receivers.delete(subscriber);
          leave(work.key, entry);
        },
      });
      group.receivers.add(subscriber);
      subscribers.add(subscriber);
      return subscriber;
    },
    size: () => ({ groups: entries.size, subscribers: subscribers.size }),
    close: () => {
      for (const subscriber of [...subscribers]) subscriber.end();
    },
  };
}
