/** The places of the mutations of a socket. */
export type MutationOrder = {
  /**
   * Takes the place after all that were taken before, for an operation. Returns what settles when it is its turn: whether it
   * may still begin.
   */
  take: (id: string) => Promise<boolean>;
  /** Gives the place of an operation up, if it has one. Call it once the operation is over, whatever became of it. */
  leave: (id: string) => void;
};

/**
 * Has the mutations of a socket run one after another, so that a client may send what it has queued without waiting for
 * answers: each finds what those before it have written. What a closed socket has sent does not begin any more, as what
 * comes after it in the queue would otherwise race with the same on the client's next socket.
 */
export function orderMutations(isOpen: () => boolean): MutationOrder {
  const places = new Map<string, () => void>();
  let last: Promise<unknown> = Promise.resolve();
  return {
    take: (id) => {
      const before = last;
      const left = new Promise<void>((resolve) => places.set(id, resolve));
      // Who leaves early lets nobody pass those before.
      last = before.then(() => left);
      return before.then(isOpen);
    },
    leave: (id) => {
      places.get(id)?.();
      places.delete(id);
    },
  };
}
