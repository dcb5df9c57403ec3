export type Then = (value: unknown) => void;

/** Counts what still loads. */
export function createPending() {
  let count = 0;
  let settle: { resolve: () => void; reject: (error: unknown) => void } | null = null;
  let failure: { error: unknown } | null = null;
  const fail = (error: unknown) => {
    failure ??= { error };
    settle?.reject(error);
  };
  return {
    add: (promise: PromiseLike<unknown>, then: Then): void => {
      count += 1;
      promise.then((value) => {
        if (failure) return;
        try {
          then(value);
        } catch (error) {
          return fail(error);
        }
        count -= 1;
        if (count === 0) settle?.resolve();
      }, fail);
    },
    done: (): Promise<void> =>
      new Promise((resolve, reject) => {
        if (failure) reject(failure.error);
        else if (count === 0) resolve();
        else settle = { resolve, reject };
      }),
  };
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
