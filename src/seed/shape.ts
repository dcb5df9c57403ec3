export type DataSet = {
  conversations: number;
  /** Messages of a conversation, on average. */
  messages: number;
  /** The same seed gives the same data, but for ids and times. */
  seed: number;
  users: number;
  bots: number;
  channels: number;
  /** The newest conversations end here. */
  now: Date;
};

export const fullCast = { users: 20, bots: 4, channels: 10 } as const;

/** How a data set is laid out in time and over its contacts. */
export type Shape = {
  contacts: number;
  /** Of the contacts, those who write often: they have every fourth conversation. */
  regulars: number;
  /** Conversations that are written at once; no contact has two of them. */
  batchSize: number;
  batches: number;
  /** Each batch has a time of its own, one after the other; no conversation reaches into the next one's. */
  batchSeconds: number;
  start: Date;
};

const LARGEST_BATCH = 5_000;
const DAY_SECONDS = 86_400;

/**
 * Lays out a data set. Contacts come up in turn, and a contact never twice in a batch: so that an earlier conversation,
 * when it is closed, is closed before the contact's next one begins, and nobody has two at once on a channel.
 */
export function shapeOf({ conversations, now }: DataSet): Shape {
  const contacts = Math.max(2, Math.ceil(conversations / 2));
  const regulars = Math.max(1, Math.floor(contacts / 10));
  const batchSize = Math.min(LARGEST_BATCH, 4 * regulars, Math.floor(((contacts - regulars) * 4) / 3));
  const batches = Math.ceil(conversations / batchSize);
  const seconds = Math.min(180, Math.max(30, conversations / 500)) * DAY_SECONDS;
  return {
    contacts,
    regulars,
    batchSize,
    batches,
    batchSeconds: seconds / batches,
    start: new Date(now.getTime() - seconds * 1000),
  };
}
