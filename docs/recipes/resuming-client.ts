import { createClient, type FormattedExecutionResult, type Sink, type SubscribePayload } from 'graphql-ws';

export type ResumingOptions = {
  /** For example wss://parley.example.com/graphql. */
  url: string;
  /**
   * Asked before every connection: return a token that is valid then, such as `{ Authorization: 'Bearer …' }`.
   * `wasRefused` says whether the server has refused the last one.
   */
  connectionParams: (wasRefused: boolean) => Record<string, unknown> | Promise<Record<string, unknown>>;
  /** Reloads your data, with `eventCursor` in the same operation, and returns that cursor. */
  reload: () => Promise<string>;
  /** Called before each reconnection, for example to show "Reconnecting". */
  onReconnect?: (reason: unknown, waitMs: number) => void;
  /** Needed without a global WebSocket, as in Node.js 20: pass the one of the package ws. */
  webSocketImpl?: unknown;
  /** Interval between pings; a server that has not answered one by the next is considered gone. */
  pingMs?: number;
};

type ResultSink<Data, Extensions> = Sink<FormattedExecutionResult<Data, Extensions>>;

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** Retrying after these cannot succeed. */
const FINAL_CLOSE_CODES = [1009, 4400, 4401, 4406, 4409, 4429];
const FINAL_ERROR_CODES = [
  'BAD_USER_INPUT',
  'FORBIDDEN',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'NOT_FOUND',
  'OPERATION_RESOLUTION_FAILURE',
];

/**
 * Subscribes with the variable `after`, and resumes after the last event whenever the connection is lost. Reloads first
 * if `after` is missing, if the cursor has expired, or if the server cannot read an event. A result counts as applied
 * once `sink.next` has returned. Every subscription has its own socket, so the cursor in a ping is its own.
 *
 * If the server refuses the token, as when it has expired, asks for another and goes on from the cursor; a second
 * refusal in a row is final.
 *
 * Returns a function that ends the subscription.
 */
export function subscribeAndResume<Data, Extensions>(
  options: ResumingOptions,
  request: SubscribePayload,
  sink: ResultSink<Data, Extensions>,
): () => void {
  const { connectionParams, reload, onReconnect = () => {}, pingMs = 12_000, ...socketOptions } = options;
  const stopping = new AbortController();
  const given = request.variables?.after;
  let cursor = typeof given === 'string' ? given : null;
  let failures = 0;
  let refused = false;
  let wake = () => {};

  function moveTo(next: unknown): void {
    if (typeof next !== 'string') return;
    cursor = next;
    failures = 0;
  }

  /** Subscribes over a new socket; rejects with the reason when that ends. */
  function subscribeOnce(params: Record<string, unknown>): Promise<never> {
    return new Promise((_, reject) => {
      let overdue: ReturnType<typeof setTimeout> | undefined;
      let over = false;
      const end = (reason: unknown) => {
        over = true;
        clearTimeout(overdue);
        stopping.signal.removeEventListener('abort', end);
        // Rejects if the socket never opened, which `reason` already says.
        Promise.resolve(client.dispose()).catch(() => {});
        reject(reason);
      };
      const client = createClient({
        ...socketOptions,
        connectionParams: params,
        // The loop below retries instead: this client gives up after some kinds of failure.
        retryAttempts: 0,
        connectionAckWaitTimeout: pingMs,
        keepAlive: pingMs,
        on: {
          connected: () => {
            refused = false;
          },
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
              // The server could not read one event, despite retries: reload what it may have changed.
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
        if (cursor === null) {
          cursor = await reload();
          refused = false;
        }
        // Before the socket opens: the server waits for them only 3 seconds.
        const params = await connectionParams(refused);
        if (!stopping.signal.aborted) await subscribeOnce(params);
      } catch (reason) {
        if (stopping.signal.aborted) break;
        if (isFinal(reason) || (refused && isRefusal(reason))) return sink.error(reason);
        if (isRefusal(reason)) {
          refused = true;
          failures = 0;
        }
        if (codesOf(reason).includes('CURSOR_EXPIRED')) cursor = null;
        // Full jitter, so that clients that lost the same server do not all return at the same moment.
        const waitMs = Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
        failures += 1;
        onReconnect(reason, waitMs);
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

/** The codes of GraphQL errors; empty for any other reason. */
function codesOf(reason: unknown): unknown[] {
  return Array.isArray(reason) ? reason.map((error) => error?.extensions?.code) : [];
}

function hasCloseCode(reason: unknown, codes: number[]): boolean {
  return (
    typeof reason === 'object' && reason !== null && 'code' in reason && codes.some((code) => code === reason.code)
  );
}

/** Whether the server did not accept the token. */
function isRefusal(reason: unknown): boolean {
  return hasCloseCode(reason, [4403]) || codesOf(reason).includes('UNAUTHENTICATED');
}

function isFinal(reason: unknown): boolean {
  const final = codesOf(reason).some((code) => FINAL_ERROR_CODES.some((each) => each === code));
  return final || hasCloseCode(reason, FINAL_CLOSE_CODES);
}
