import type { LogEntry } from '../event-log/log-event.js';

/** Which entries of a batch matter to whom. */
export type Findings = {
  /** Entries for the subscriptions that are interested in a key, in the order of the log. */
  byKey: ReadonlyMap<string, readonly LogEntry[]>;
  /** Entries that may matter to every subscription of the topic. */
  forAll: readonly LogEntry[];
};

/** A kind of subscriptions that are found by key, so that an entry costs what it concerns, not how many there are. */
export type Topic = {
  name: string;
  /** Which entries of a batch matter to whom. If it fails, every subscription is asked. */
  find: (batch: readonly LogEntry[]) => Findings | Promise<Findings>;
};

/** What a subscription is interested in: entries of a topic with one of these keys; all entries with null. */
export type Interest = { topic: Topic; keys: readonly string[] | null };

/** The interest of subscriptions that are not found by key. */
export const inEverything: Interest = {
  topic: { name: 'everything', find: (batch) => ({ byKey: new Map(), forAll: batch }) },
  keys: null,
};
