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
  /** The result as JSON, if that is how it was made: `result` is empty then. */
  text?: string;
  /** The result as JSON, once somebody has asked for it. */
  json?: string;
  /** Whether it is for one subscriber alone. */
  alone?: boolean;
};

/** The result of a delivery as JSON, which is made once however many subscribers get it. */
export function textOf(delivery: Delivery): string {
  if (delivery.text !== undefined) return delivery.text;
  delivery.json ??= JSON.stringify(delivery.result);
  return delivery.json;
}

/** The result of a delivery, with its data. */
export function fullResultOf({ result, text }: Delivery): ExecutionResult | null {
  return text === undefined ? result : JSON.parse(text);
}
