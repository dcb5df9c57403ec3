import type { LogEntry, LogPosition } from '../event-log/log-event.js';

/** A part of the log: the entries up to its end that matter to whoever gets it. */
export type Portion = { entries: readonly LogEntry[]; end: LogPosition };

/**
 * Reads a part of the log that has what follows a position, oldest first; empty at the end of the log. It may begin
 * before that.
 */
export type ReadAfter = (position: number) => Promise<readonly LogEntry[]>;

/** The entries of a part of the log that come after a position. They are in its order. */
export function entriesAfter(position: number, entries: readonly LogEntry[]): readonly LogEntry[] {
  const first = entries[0];
  if (!first || Number(first.position) > position) return entries;
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (Number(entries[middle]?.position) > position) high = middle;
    else low = middle + 1;
  }
  return entries.slice(low);
}

/** Whether a batch starts right after a position. Positions have no gaps, so missing ones were trimmed. */
export function follows(position: number, batch: readonly LogEntry[]): boolean {
  return batch.length === 0 || Number(batch[0]?.position) === position + 1;
}

/** The position of an event in the log. */
export function positionOf({ position, id }: LogEntry): LogPosition {
  return { position: Number(position), eventId: id };
}

/** A batch as a portion of which everything matters; null if it is empty. */
export function wholeOf(batch: readonly LogEntry[]): Portion | null {
  const last = batch.at(-1);
  return last ? { entries: batch, end: positionOf(last) } : null;
}

type Handler = {
  /** Reads the log after the last portion that was handled. */
  readNext: () => Promise<readonly LogEntry[]>;
  handle: (portion: Portion) => Promise<void>;
  /** Called when a portion fails: what waits is dropped. */
  fail: () => void;
};

/** Portions that may wait. Whoever is slower goes back to the log. */
const MAX_BACKLOG = 8;

/** Handles portions of the log one after another. */
export class PortionQueue {
  private readonly handler: Handler;
  private backlog: Portion[] = [];
  /** Whether portions were dropped and have to be read from the log. */
  private overrun = false;
  private working = false;

  constructor(handler: Handler) {
    this.handler = handler;
  }

  push(portion: Portion): void {
    if (this.backlog.length < MAX_BACKLOG) this.backlog.push(portion);
    else this.overrun = true;
    if (this.working) return;
    this.working = true;
    void this.work();
  }

  /** Whether everything that was pushed has been handled. */
  idle(): boolean {
    return !this.working;
  }

  private async work(): Promise<void> {
    try {
      for (let portion = await this.next(); portion; portion = await this.next()) await this.handler.handle(portion);
    } catch {
      this.backlog = [];
      this.overrun = false;
      this.handler.fail();
    } finally {
      this.working = false;
    }
  }

  private async next(): Promise<Portion | undefined> {
    while (this.overrun) {
      // From here on portions wait in the backlog again; entries that the log returns too are recognized by position.
      this.overrun = false;
      this.backlog = [];
      const portion = wholeOf(await this.handler.readNext());
      if (!portion) continue;
      this.overrun = true;
      return portion;
    }
    return this.backlog.shift();
  }
}
