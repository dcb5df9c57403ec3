import { type BackoffOptions, createSleep, waitAfter } from './backoff.js';
import type { Connection } from './connection.js';
import { errorOf, isWorthRepeating, RequestError, toRequestError, UNREACHABLE } from './failures.js';
import type { TypedDocumentString } from './generated/operations.js';
import type { Transport } from './transport.js';

/** Something that a copy follows: see "What a client does" in docs/protocol.md. */
export type Feed<Data, Variables extends Record<string, unknown>> = {
  document: TypedDocumentString<Data, Variables>;
  /** Loads, or reads what was missed. Afterwards `variables` say where to go on. */
  catchUp: () => Promise<void>;
  variables: () => Variables;
  apply: (data: Data) => void;
  /** The server's word that nothing happened until this cursor. */
  moveTo: (cursor: string) => void;
  /** The next `catchUp` must load everything again. */
  expire: () => void;
  /** Whether everything is shown as it is; the reason if it never will be again. */
  tell: (state: 'LIVE' | 'BEHIND', failure: RequestError | null) => void;
};

/** Follows over any interruption; returns a function that stops it. */
export function follow<Data, Variables extends Record<string, unknown>>(
  connection: Connection,
  feed: Feed<Data, Variables>,
  backoff: BackoffOptions,
): () => void {
  const stopping = new AbortController();
  const { sleep } = createSleep(stopping.signal);

  /** Settles with the reason when the subscription ends. */
  function subscribeOnce(transport: Transport, alive: () => void): Promise<RequestError> {
    return new Promise((resolve) => {
      const end = (reason: RequestError) => {
        stop();
        stopping.signal.removeEventListener('abort', abort);
        resolve(reason);
      };
      const abort = () => end(new RequestError(UNREACHABLE, 'The client stopped the subscription.'));
      let stop = () => {};
      stop = transport.subscribe<Data>(() => ({ query: String(feed.document), variables: { ...feed.variables() } }), {
        again: async () => {
          if (!stopping.signal.aborted) await feed.catchUp();
        },
        next: ({ data, errors, extensions }) => {
          if (stopping.signal.aborted) return;
          const cursor = cursorIn(extensions);
          if (data) {
            alive();
            feed.apply(data);
          } else if (errors) {
            const reason = errorOf(errors);
            // With a cursor, it stands for a change that the server failed to read: load what it may have been about.
            end(cursor === null ? reason : new RequestError('CURSOR_EXPIRED', reason.message));
          } else if (cursor !== null) feed.moveTo(cursor);
        },
        end: (reason) => end(reason ?? new RequestError(UNREACHABLE, 'The server ended the subscription.')),
      });
      stopping.signal.addEventListener('abort', abort);
      feed.tell('LIVE', null);
    });
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      let transport: Transport | null = null;
      let reason: RequestError;
      let isSubscribed = false;
      try {
        transport = await connection.transport();
        if (stopping.signal.aborted) return;
        await feed.catchUp();
        if (stopping.signal.aborted) return;
        isSubscribed = true;
        reason = await subscribeOnce(transport, () => {
          failures = 0;
        });
      } catch (failure) {
        reason = toRequestError(failure);
      }
      const isOver = stopping.signal.aborted || connection.status().state === 'ENDED';
      const isFinal = reason.code !== 'CURSOR_EXPIRED' && !isWorthRepeating(reason, failures);
      if (!stopping.signal.aborted) feed.tell('BEHIND', isFinal && !isOver ? reason : null);
      if (isOver || isFinal) return;
      if (reason.code === 'CURSOR_EXPIRED') feed.expire();
      if (transport && isSubscribed && concernsAll(reason)) {
        // The connection waits before there is another transport.
        connection.lose(transport, reason);
        continue;
      }
      await sleep(waitAfter(failures, reason.retryAfterMs, backoff));
      failures += 1;
    }
  }

  void run();
  return () => stopping.abort();
}

/** Whether what ended one subscription ended, or will end, the others too. */
function concernsAll({ code }: RequestError): boolean {
  return code === UNREACHABLE || code === 'UNAUTHENTICATED';
}

function cursorIn(extensions: unknown): string | null {
  const isHolder = typeof extensions === 'object' && extensions !== null && 'cursor' in extensions;
  return isHolder && typeof extensions.cursor === 'string' ? extensions.cursor : null;
}
