import type { LogPosition } from '../event-log/log-event.js';

/** One call of a mutation, and what its transactions report of it. */
export type Call = {
  /** The last event that the call has caused; null as long as it has caused none. */
  lastEvent: LogPosition | null;
};
