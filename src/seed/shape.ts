export type DataSet = {
  conversations: number;
  /** Average number of messages in a conversation. */
  messages: number;
  /** The same seed always results in the same data, except for ids and times. */
  seed: number;
  users: number;
  bots: number;
  channels: number;
  /** The time at which the newest conversations end. */
  now: Date;
};

export const fullCast = { users: 20, bots: 4, channels: 10 } as const;

/** How a data set is distributed over time and contacts. */
export type Shape = {
  contacts: number;
  /** How many of the contacts write often. They have every fourth conversation. */
  regulars: number;
  /** Conversations per batch; no contact has two in the same batch. */
  batchSize: number;
  batches: number;
  /** The duration of a batch. Batches follow each other, and no conversation extends into the next batch. */
  batchSeconds: number;
  start: Date;
};

const LARGEST_BATCH = 5_000;
const DAY_SECONDS = 86_400;

/**
 * Distributes a data set. Contacts take turns, and none has two conversations in a batch. A closed conversation is
 * therefore closed before the contact's next one starts, and no contact has two at the same time on a channel.
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
