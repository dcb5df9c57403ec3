import { type BackoffOptions, createSleep, waitAfter } from './backoff.js';
import { type Credential, createCredentials, type TokenProvider } from './credentials.js';
import {
  errorOfFailure,
  type Failure,
  failureOf,
  INCOMPATIBLE,
  isWorthRepeating,
  type RequestError,
  SIGNED_OUT,
  toRequestError,
  UNREACHABLE,
} from './failures.js';
import type { TypedDocumentString } from './generated/operations.js';
import type { Endpoint } from './http.js';
import { createRequests } from './requests.js';
import { openSocket } from './socket-transport.js';
import { openStreams, reach } from './stream-transport.js';
import { mostStreamsTo } from './stream-turns.js';
import type { Transport } from './transport.js';

/**
 * Why the client cannot go on by itself: nobody is signed in (the token provider returned null), two tokens in a row were
 * refused, the server does not understand this client, or the app stopped it.
 */
export type EndKind = 'SIGNED_OUT' | 'REFUSED' | 'INCOMPATIBLE' | 'STOPPED';

export type ConnectionStatus =
  | { state: 'CONNECTING' }
  | { state: 'LIVE'; transport: 'WEBSOCKET' | 'SSE' }
  /** It tries again by itself after `waitMs`. */
  | { state: 'WAITING'; reason: RequestError; waitMs: number }
  /** It does nothing more: open another client, over the same storage. */
  | { state: 'ENDED'; kind: EndKind; reason: RequestError };

/** The status as it is kept in records. */
export type StatusRecord =
  | Exclude<ConnectionStatus, { reason: RequestError }>
  | { [Name in keyof Waiting]: Name extends 'reason' ? Failure : Waiting[Name] }
  | { [Name in keyof Ended]: Name extends 'reason' ? Failure : Ended[Name] };
type Waiting = Extract<ConnectionStatus, { state: 'WAITING' }>;
type Ended = Extract<ConnectionStatus, { state: 'ENDED' }>;

export function recordOfStatus(status: ConnectionStatus): StatusRecord {
  return 'reason' in status ? { ...status, reason: failureOf(status.reason) } : status;
}

const shown = new WeakMap<StatusRecord, ConnectionStatus>();

/** The same status each time. */
export function statusOfRecord(record: StatusRecord): ConnectionStatus {
  if (!('reason' in record)) return record;
  const status = shown.get(record) ?? { ...record, reason: errorOfFailure(record.reason) };
  shown.set(record, status);
  return status;
}

export type ConnectionOptions = BackoffOptions & {
  /** For example https://parley.example.com/graphql. */
  url: string;
  token: TokenProvider;
  /** Default: that of the platform. Without any, as in Node.js 20, or with null, subscriptions run over SSE. */
  webSocketImpl?: unknown;
  /** Default: that of the platform. */
  fetch?: typeof fetch;
  /** Between pings, and at most until a socket has opened, in milliseconds. Default: 12,000. */
  pingMs?: number;
  /**
   * How many subscriptions are open at once over SSE; if there are more, they take turns of a sixth of `pingMs` each.
   * Default: 4 in a browser, which has six connections to a host, unless it tells that it speaks HTTP/2 with the server; no
   * limit elsewhere.
   */
  maxStreams?: number;
  /** At most until a request is answered, in milliseconds. Default: 30,000. */
  requestMs?: number;
};

export type Connection = {
  status: () => ConnectionStatus;
  /** Runs a query or mutation over HTTP; rejects with a RequestError. */
  request: <Data, Variables extends object>(
    document: TypedDocumentString<Data, Variables>,
    variables: NoInfer<Variables>,
  ) => Promise<Data>;
  /** The same for an operation whose type the caller knows. */
  run: <Data>(query: string, variables: object) => Promise<Data>;
  /** What subscriptions run over now; waits until there is something. Rejects when the connection has ended. */
  transport: () => Promise<Transport>;
  isCurrent: (transport: Transport) => boolean;
  /** Closes the transport because of what a subscription met, and opens another. */
  lose: (transport: Transport, reason: RequestError) => void;
  /** Ends a wait, such as when the platform is online again. */
  wake: () => void;
  end: (kind: EndKind, reason: RequestError) => void;
};

/** One resuming connection: a socket, or streams where sockets fail, with pauses after failures. */
export function createConnection(options: ConnectionOptions, onStatus: () => void): Connection {
  const { url, webSocketImpl = platformSocket(), pingMs = 12_000, requestMs } = options;
  const endpoint = endpointOf(options);
  const credentials = createCredentials(options.token);
  const ending = new AbortController();
  const { sleep, wake } = createSleep(ending.signal);
  let status: ConnectionStatus = { state: 'CONNECTING' };
  let live: { transport: Transport; lose: (reason: RequestError) => void } | null = null;
  let waiting: { resolve: (transport: Transport) => void; reject: (reason: RequestError) => void }[] = [];
  let socketFailures = 0;

  function show(next: ConnectionStatus): void {
    status = next;
    onStatus();
  }

  function end(kind: EndKind, reason: RequestError): void {
    if (ending.signal.aborted) return;
    ending.abort();
    for (const { reject } of waiting) reject(reason);
    waiting = [];
    show({ state: 'ENDED', kind, reason });
  }

  async function getCredential(): Promise<Credential> {
    try {
      return await credentials.get();
    } catch (reason) {
      const error = toRequestError(reason);
      if (error.code === SIGNED_OUT) end('SIGNED_OUT', error);
      throw error;
    }
  }

  /** True if another token may be asked for. */
  function refuse(credential: Credential, reason: RequestError): boolean {
    const mayAskAgain = credentials.refused(credential);
    if (!mayAskAgain) end('REFUSED', reason);
    return mayAskAgain;
  }

  async function open({ token }: Credential): Promise<Transport> {
    const reached = { endpoint, token, silenceMs: 3 * pingMs, signal: ending.signal };
    let failure: unknown = null;
    if (webSocketImpl) {
      try {
        const socket = await openSocket({ url, token, webSocketImpl, pingMs, signal: ending.signal });
        socketFailures = 0;
        return socket;
      } catch (reason) {
        failure = reason;
        if (toRequestError(reason).code !== UNREACHABLE) {
          // The server said so over the socket.
          socketFailures = 0;
          throw reason;
        }
      }
    }
    try {
      await reach({ ...reached, silenceMs: pingMs });
    } catch (reason) {
      // If nothing can be reached, the failure says nothing about sockets.
      socketFailures = 0;
      // An answer that is none of a server in order, as of a gateway during a restart, is no reason to end.
      if (failure !== null && !isWorthRepeating(toRequestError(reason), Number.POSITIVE_INFINITY)) throw failure;
      throw reason;
    }
    socketFailures += 1;
    // Once is no more than a server that restarts, or a network that is back since.
    if (webSocketImpl && socketFailures < 2) throw failure;
    const most = options.maxStreams ?? mostStreamsTo(url);
    return openStreams({ ...reached, most, turnMs: pingMs / 6 });
  }

  /** Settles with the reason when the transport that it opens is over, or when none could be opened. */
  async function connectOnce(): Promise<RequestError> {
    let credential: Credential | null = null;
    let reason: RequestError;
    try {
      credential = await getCredential();
      const transport = await open(credential);
      credentials.accepted(credential);
      reason = await new Promise<RequestError>((resolve) => {
        live = { transport, lose: resolve };
        void transport.closed.then(resolve);
        show({ state: 'LIVE', transport: transport.kind });
        for (const { resolve: tell } of waiting.splice(0)) tell(transport);
      });
      live = null;
      transport.close();
    } catch (failure) {
      reason = toRequestError(failure);
    }
    if (reason.code === 'UNAUTHENTICATED' && credential) refuse(credential, reason);
    return reason;
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!ending.signal.aborted) {
      const start = Date.now();
      const reason = await connectOnce();
      // Not as soon as one opens: a server may accept each socket and drop it.
      if (Date.now() - start > pingMs) failures = 0;
      if (ending.signal.aborted) return;
      if (!isWorthRepeating(reason, failures)) return end(INCOMPATIBLE, reason);
      // A server that has too much to do gets more time.
      if (reason.code === 'SERVICE_UNAVAILABLE') failures = Math.max(failures, 2);
      const waitMs = waitAfter(failures, reason.retryAfterMs, options);
      failures += 1;
      show({ state: 'WAITING', reason, waitMs });
      await sleep(waitMs, reason.retryAfterMs !== undefined);
    }
  }

  const { accepted } = credentials;
  const request = createRequests({ endpoint, signal: ending.signal, requestMs, getCredential, accepted, refuse });

  // After the caller has what it needs to answer `onStatus`.
  queueMicrotask(run);
  return {
    status: () => status,
    request: (document, variables) => request(String(document), variables),
    run: request,
    transport: () =>
      new Promise((resolve, reject) => {
        if (status.state === 'ENDED') reject(status.reason);
        else if (live) resolve(live.transport);
        else waiting.push({ resolve, reject });
      }),
    isCurrent: (transport) => live?.transport === transport,
    lose: (transport, reason) => {
      if (live?.transport !== transport) return;
      const { lose } = live;
      live = null;
      lose(reason);
    },
    wake,
    end,
  };
}

export function endpointOf({ url, fetch: given }: Pick<ConnectionOptions, 'url' | 'fetch'>): Endpoint {
  return { url, fetch: given ?? ((...sent) => fetch(...sent)) };
}

function platformSocket(): unknown {
  return 'WebSocket' in globalThis ? globalThis.WebSocket : null;
}
