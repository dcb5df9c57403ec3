import { AsyncResource } from 'node:async_hooks';
import type { LogPosition } from '../event-log/log-event.js';
import { type Dispatcher, openDispatcher } from './dispatcher.js';
import type { LogFollower } from './log-follower.js';
import type { ReadAfter } from './portion-queue.js';
import type { ReadLog } from './recent-log.js';
import { createShared } from './shared.js';
import { createSubscriber, type Start, type Subscriber } from './subscriber.js';
import { createSubscriptionGroup, type SharedWork, type SubscriptionGroup } from './subscription-group.js';
import { inEverything } from './topic.js';

/** Delivers events to the subscriptions of this process. */
export type FanOut = {
  /**
   * Sends the events after a position, first from the log and then live, without duplicates or gaps. Calls `onEnd` when
   * that ends, or if it cannot begin.
   */
  subscribe: (work: SharedWork, after: LogPosition, onEnd?: () => void, start?: Start) => Promise<Subscriber>;
  size: () => { groups: number; subscribers: number };
  /** How often a group was asked about a part of the log, since the process has started. */
  asked: () => number;
  /** Ends all subscriptions. */
  close: () => void;
};

/** What many share belongs to the server: a promise would keep what belongs to the request that has made it. */
const outside = new AsyncResource('FanOut');

/** Delivers events to subscriptions. Equal subscriptions form a group, for which an event is executed only once. */
export function createFanOut(logFollower: LogFollower, readLog: ReadLog): FanOut {
  const dispatchers = createShared<Dispatcher>((dispatcher) => dispatcher.close());
  const groups = createShared<SubscriptionGroup>((group) => group.close());
  const subscribers = new Set<Subscriber>();
  let asked = 0;

  const onAsk = () => {
    asked += 1;
  };

  async function openGroup(work: SharedWork): Promise<SubscriptionGroup> {
    const { workspaceId, interest: { topic } = inEverything } = work;
    const dispatcher = dispatchers.enter(`${workspaceId} ${topic.name}`, () => {
      const readAfter: ReadAfter = (position) => readLog(workspaceId, position);
      return openDispatcher({ logFollower, workspaceId, topic, readAfter });
    });
    try {
      return createSubscriptionGroup(await dispatcher.opening, work, { readLog, onAsk, onClose: dispatcher.leave });
    } catch (error) {
      dispatcher.leave();
      throw error;
    }
  }

  /** Apart from `subscribe`, so that a subscriber does not keep work that its group already has. */
  function join(
    group: SubscriptionGroup,
    { after, done, first, onEnd }: Start & { after: LogPosition; onEnd: () => void },
  ): Subscriber {
    const subscriber = createSubscriber(group, after, {
      done,
      first,
      onEnd: () => {
        subscribers.delete(subscriber);
        group.receivers.delete(subscriber);
        onEnd();
      },
    });
    group.receivers.add(subscriber);
    subscribers.add(subscriber);
    return subscriber;
  }

  return {
    subscribe: async (work, after, onEnd, start) => {
      const { opening, leave } = groups.enter(work.key, () => outside.runInAsyncScope(openGroup, undefined, work));
      const end = () => {
        leave();
        onEnd?.();
      };
      const group = await opening.catch((error: unknown) => {
        end();
        throw error;
      });
      return join(group, { after, done: start?.done, first: start?.first, onEnd: end });
    },
    size: () => ({ groups: groups.size(), subscribers: subscribers.size }),
    asked: () => asked,
    close: () => {
      for (const subscriber of [...subscribers]) subscriber.end();
    },
  };
}
