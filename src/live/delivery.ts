import type { ExecutionResult } from 'graphql';
import type { LogPosition } from '../event-log/log-event.js';

/**
 * The result of a subscription for one event, and roughly its size as JSON; null if nothing more will follow, and the
 * subscription ends.
 */
export type Delivery = LogPosition & {
  /** Which part of its entry it is, if more of the entry follows. */
  part?: string | undefined;
  result: ExecutionResult | null;
  bytes: number;
};

const texts = new WeakMap<Delivery, string>();

/** The result of a delivery as JSON, which is made once however many subscribers get it. */
export function textOf(delivery: Delivery): string {
  const text = texts.get(delivery) ?? JSON.stringify(delivery.result);
  texts.set(delivery, text);
  return text;
}
