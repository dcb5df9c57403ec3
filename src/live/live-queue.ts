/** An async iterator that is fed from outside. Ending it, from either side, forgets what waits. */
export type LiveQueue<T> = AsyncIterableIterator<T, undefined> & {
  push: (item: T) => void;
  end: (error?: Error) => void;
};

/** At most `limit` items wait; beyond that the oldest is dropped, so it suits only what is worthless when late. */
export function createLiveQueue<T>(limit: number, onEnd: () => void): LiveQueue<T> {
  const items: T[] = [];
  let wake: (() => void) | null = null;
  let ended: { error: Error | undefined } | null = null;
  const rouse = () => {
    wake?.();
    wake = null;
  };
  const end = (error?: Error) => {
    if (ended) return;
    ended = { error };
    items.length = 0;
    onEnd();
    rouse();
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    push: (item) => {
      if (ended) return;
      items.push(item);
      if (items.length > limit) items.shift();
      rouse();
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
