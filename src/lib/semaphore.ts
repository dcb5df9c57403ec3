/** At most `limit` tasks at once; the others wait in the order they came. */
export type Semaphore = { run<T>(task: () => Promise<T>): Promise<T>; idle(): boolean };

export function createSemaphore(limit: number): Semaphore {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    idle: () => running === 0,
    run: async (task) => {
      if (running < limit) running += 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await task();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
}
