/** An async iterator over items that are pushed into it. Ending it, from either side, discards the items that wait. */
export type LiveQueue<T> = AsyncIterableIterator<T, undefined> & {
  push: (item: T) => void;
  end: (error?: Error) => void;
};

/** Creates a queue for items that are worthless when late: at most `limit` of them wait, and the oldest is dropped. */
export function createLiveQueue<T>(limit: number, onEnd: () => void): LiveQueue<T> {
  const items: T[] = [];
  let wake: (() => void) | null = null;
  let ended: { error: Error | undefined } | null = null;
  const wakeUp = () => {
    wake?.();
    wake = null;
  };
  const end = (error?: Error) => {
    if (ended) return;
    ended = { error };
    items.length = 0;
    onEnd();
    wakeUp();
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    push: (item) => {
      if (ended) return;
      items.push(item);
      if (items.length > limit) items.shift();
      wakeUp();
    },
    end,
    next: async () => {
      for (;;) {
        const item = items.shift();
        if (item !== undefined) return { value: item, done: false };
        if (ended?.error) throw ended.error;
        if (ended) return { value: undefined, done: true };
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    return: async () => {
      end();
      return { value: undefined, done: true };
    },
  };
}
