import { createClient, type FormattedExecutionResult, type Sink, type SubscribePayload } from 'graphql-ws';

export type ResumingOptions = {
  /** Such as wss://parley.example.com/graphql. */
  url: string;
  connectionParams: () => Record<string, unknown>;
  /** Reads anew what is shown, with `eventCursor` in the same operation, and answers that cursor. */
  readAnew: () => Promise<string>;
  /** For a sign such as «connecting again». */
  onBreak?: (reason: unknown, waitMs: number) => void;
  /** Where there is no global WebSocket, as in Node.js 20: that of the package ws. */
  webSocketImpl?: unknown;
  /** The server is asked for a sign of life this often, and has until the next time to give it. */
  pingMs?: number;
};

type ResultSink<Data, Extensions> = Sink<FormattedExecutionResult<Data, Extensions>>;

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** Trying the same again does not help. */
const FINAL_CLOSE_CODES = [1009, 4400, 4401, 4403, 4406, 4409, 4429];
const FINAL_ERROR_CODES = [
  'BAD_USER_INPUT',
  'FORBIDDEN',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'NOT_FOUND',
  'OPERATION_RESOLUTION_FAILURE',
  'UNAUTHENTICATED',
];

/**
 * Subscribes with the variable `after`, and goes on behind the last event after any break. Without `after` it reads anew
 * first, and so it does when the cursor has expired, or an event cannot be read. A result counts as applied when `sink.next` has returned.
 * Each of these has a socket of its own, so that the cursor in a ping is that of this subscription.
 */
export function subscribeAndResume<Data, Extensions>(
  options: ResumingOptions,
  request: SubscribePayload,
  sink: ResultSink<Data, Extensions>,
): () => void {
  const { readAnew, onBreak = () => {}, pingMs = 12_000, ...socketOptions } = options;
  const stopping = new AbortController();
  const given = request.variables?.after;
  let cursor = typeof given === 'string' ? given : null;
  let failures = 0;
  let wake = () => {};

  function moveTo(next: unknown): void {
    if (typeof next !== 'string') return;
    cursor = next;
    failures = 0;
  }

  /** Subscribes over a new socket; rejects with the reason why it ended. */
  function subscribeOnce(): Promise<never> {
    return new Promise((_, reject) => {
      let overdue: ReturnType<typeof setTimeout> | undefined;
      let over = false;
      const end = (reason: unknown) => {
        over = true;
        clearTimeout(overdue);
        stopping.signal.removeEventListener('abort', end);
        // It rejects where the socket never opened, which is known already.
        Promise.resolve(client.dispose()).catch(() => {});
        reject(reason);
      };
      const client = createClient({
        ...socketOptions,
        // The loop below tries again instead, because this client would not after every kind of break.
        retryAttempts: 0,
        connectionAckWaitTimeout: pingMs,
        keepAlive: pingMs,
        on: {
          ping: (received, payload) => {
            if (received && !over) moveTo(cursorIn(payload));
            if (!received) overdue = setTimeout(() => client.terminate(), pingMs);
          },
          pong: (received) => received && clearTimeout(overdue),
        },
      });
      stopping.signal.addEventListener('abort', end);
      client.subscribe<Data, Extensions>(
        { ...request, variables: { ...request.variables, after: cursor } },
        {
          next: (result) => {
            if (over) return;
            if (result.errors && !result.data) {
              // One event that the server could not read, often as it tried: what it changed is read anew.
              if (cursorIn(result.extensions)) cursor = null;
              return end(result.errors);
            }
            sink.next(result);
            moveTo(cursorIn(result.extensions));
          },
          error: end,
          complete: () => end(new Error('The server ended the subscription.')),
        },
      );
    });
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        cursor ??= await readAnew();
        if (!stopping.signal.aborted) await subscribeOnce();
      } catch (reason) {
        if (stopping.signal.aborted) break;
        if (isFinal(reason)) return sink.error(reason);
        if (codesOf(reason).includes('CURSOR_EXPIRED')) cursor = null;
        // Full jitter: all that lost the same server do not come back in the same moment.
        const waitMs = Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
        failures += 1;
        onBreak(reason, waitMs);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, waitMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    }
    sink.complete();
  }

  void run();
  return () => {
    stopping.abort();
    wake();
  };
}

function cursorIn(holder: unknown): unknown {
  return typeof holder === 'object' && holder !== null && 'cursor' in holder ? holder.cursor : null;
}

/** The codes of GraphQL errors. */
function codesOf(reason: unknown): unknown[] {
  return Array.isArray(reason) ? reason.map((error) => error?.extensions?.code) : [];
}

function isFinal(reason: unknown): boolean {
  if (codesOf(reason).some((code) => FINAL_ERROR_CODES.some((final) => final === code))) return true;
  return (
    typeof reason === 'object' &&
    reason !== null &&
    'code' in reason &&
    FINAL_CLOSE_CODES.some((code) => code === reason.code)
  );
}
