import { MessageType, stringifyMessage } from 'graphql-ws';
import type { Delivery } from '../live/delivery.js';
import type { Session } from '../live/sessions.js';
import type { Subscriber } from '../live/subscriber.js';
import { type Pipe, sendDeliveries } from './send-delivery.js';

/**
 * The event subscriptions of one socket. Once they have started, their results go to the socket directly, because
 * graphql-ws would make each message anew for each socket, and keep the whole operation for as long as it runs.
 */
export type Feeds = {
  /** Keeps a subscription that is about to start. */
  add: (id: string, subscriber: Subscriber) => void;
  /** Begins to send. Returns false if nothing was added. */
  begin: (id: string) => boolean;
  has: (id: string) => boolean;
  /** How many there are. */
  size: () => number;
  /** Ends a subscription that the client does not want any more. */
  drop: (id: string) => void;
};

/** Roughly how much is sent at once, at least one result. */
const AT_ONCE_BYTES = 16_384;

/** A delivery and those that wait behind it, as after a break. */
function withNext(delivery: Delivery, subscriber: Subscriber): Delivery[] {
  const deliveries = [delivery];
  for (let { bytes } = delivery; bytes < AT_ONCE_BYTES; ) {
    const next = subscriber.take();
    if (!next) break;
    deliveries.push(next);
    bytes += next.bytes;
  }
  return deliveries;
}

/** Creates the feeds of a socket, whose session knows their positions and ends them. */
export function createFeeds(pipe: Pipe, { subscriptions }: Session): Feeds {
  const feeds = new Map<string, Subscriber>();

  function forget(id: string, subscriber: Subscriber): boolean {
    subscriptions.delete(subscriber);
    return feeds.get(id) === subscriber && feeds.delete(id);
  }

  return {
    add: (id, subscriber) => {
      feeds.set(id, subscriber);
      subscriptions.add(subscriber);
    },
    begin: (id) => {
      const subscriber = feeds.get(id);
      if (!subscriber) return false;
      const goOn = () => {
        const delivery = subscriber.take(goOn);
        if (delivery) sendDeliveries(pipe, id, withNext(delivery, subscriber), goOn);
        else if (subscriber.ended() && forget(id, subscriber) && pipe.socket.readyState === pipe.socket.OPEN) {
          pipe.socket.send(stringifyMessage({ id, type: MessageType.Complete }));
        }
      };
      goOn();
      return true;
    },
    has: (id) => feeds.has(id),
    size: () => feeds.size,
    drop: (id) => {
      const subscriber = feeds.get(id);
      if (!subscriber) return;
      forget(id, subscriber);
      subscriber.end();
    },
  };
}
