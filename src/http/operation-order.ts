/** Handles a message; settles when that is done, which for `subscribe` is when its operation has ended. */
type Handle = (text: string) => Promise<void>;

type OnIds = {
  /** Settles when an operation may begin. Until then nothing is kept of it but its text. */
  whenTurn: (id: string) => Promise<void> | undefined;
  /** Whether an operation with this id runs that `handle` is done with. */
  isTaken: (id: string) => boolean;
  onTaken: () => void;
  onCompleted: (id: string) => void;
  onEnded: (id: string) => void;
};

/** An operation that waits or is handled, and the `subscribe` that takes its id over once the client has completed it. */
type Operation = { waits: boolean; completed: string | null; next: string | null };

/**
 * Makes the operations of a socket that have the same id run one after another. A client may use an id again as soon as
 * it has sent `complete`, but graphql-ws knows operations by their id only: if the old one has not come to its end yet,
 * as while it starts, both would run, or the end of the old one would end the new one.
 *
 * Calls `onTaken` if an id is used again before that, `onCompleted` when the client completes an operation, and `onEnded`
 * when `handle` is done with it.
 */
export function oneOperationPerId(handle: Handle, { whenTurn, isTaken, onTaken, onCompleted, onEnded }: OnIds): Handle {
  const operations = new Map<string, Operation>();

  async function run(id: string, subscribe: string): Promise<void> {
    let text: string | null = subscribe;
    while (text !== null) {
      const operation: Operation = { waits: true, completed: null, next: null };
      operations.set(id, operation);
      try {
        await whenTurn(id);
        operation.waits = false;
        await Promise.all([handle(text), operation.completed === null ? null : handle(operation.completed)]);
      } finally {
        operations.delete(id);
        onEnded(id);
      }
      text = operation.next;
    }
  }

  return async (text) => {
    const { type, id } = headOf(text);
    if (typeof id !== 'string') return handle(text);
    const running = operations.get(id);
    if (type === 'subscribe') {
      if (!running) return isTaken(id) ? onTaken() : run(id, text);
      if (running.completed === null || running.next !== null) return onTaken();
      running.next = text;
      return;
    }
    if (type === 'complete' && !running) onCompleted(id);
    if (type === 'complete' && running) {
      running.next = null;
      if (running.completed !== null) return;
      running.completed = text;
      onCompleted(id);
      // It is handled right after what it completes.
      if (running.waits) return;
    }
    return handle(text);
  };
}

function headOf(text: string): { type?: unknown; id?: unknown } {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === 'object' && message !== null ? message : {};
  } catch {
    // Whoever handles the message says what is wrong with it.
    return {};
  }
}
