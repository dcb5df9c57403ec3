/** What is opened by whoever needs it first, and closed when nobody needs it any more. */
export type Shared<T> = {
  /** Opens what has a key, or enters it if it is open. */
  enter: (key: string, open: () => Promise<T>) => { opening: Promise<T>; leave: () => void };
  size: () => number;
};

type Entry<T> = { opening: Promise<T>; members: number };

/** Counts who needs what. Whoever entered must leave, also if opening has failed. */
export function createShared<T>(close: (opened: T) => void): Shared<T> {
  const entries = new Map<string, Entry<T>>();

  function leave(key: string, entry: Entry<T>): void {
    entry.members -= 1;
    if (entry.members > 0) return;
    if (entries.get(key) === entry) entries.delete(key);
    entry.opening.then(close, () => undefined);
  }

  return {
    enter: (key, open) => {
      const entry = entries.get(key) ?? { opening: open(), members: 0 };
      entry.members += 1;
      entries.set(key, entry);
      return { opening: entry.opening, leave: () => leave(key, entry) };
    },
    size: () => entries.size,
  };
}
