/** Why a request, a stream or a connection failed: `code` is for programs. */
export class RequestError extends Error {
  override name = 'RequestError';
  /** The code of a GraphQL error, as docs/api-conventions.md lists them, or one of those below. */
  readonly code: string;
  /** How long the server asks to wait, in milliseconds; undefined where it does not say. */
  readonly retryAfterMs: number | undefined;

  constructor(code: string, message: string, retryAfterMs?: number) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A RequestError as it is kept in records, which other tabs can have too. */
export type Failure = { code: string; message: string; retryAfterMs: number | undefined };

export function failureOf({ code, message, retryAfterMs }: RequestError): Failure {
  return { code, message, retryAfterMs };
}

const revived = new WeakMap<Failure, RequestError>();

/** The same error each time. */
export function errorOfFailure(failure: Failure): RequestError {
  const { code, message, retryAfterMs } = failure;
  const error = revived.get(failure) ?? new RequestError(code, message, retryAfterMs);
  revived.set(failure, error);
  return error;
}

/** There was no answer, or none of Parley's. */
export const UNREACHABLE = 'UNREACHABLE';
/** The server closed the socket because it does not understand this client, or the other way round. */
export const INCOMPATIBLE = 'INCOMPATIBLE';
/** The token provider failed. */
export const TOKEN_UNAVAILABLE = 'TOKEN_UNAVAILABLE';
/** The token provider returned null: nobody is signed in. */
export const SIGNED_OUT = 'SIGNED_OUT';

/** The app has stopped the client. */
const STOPPED = 'STOPPED';

export const stopped = () => new RequestError(STOPPED, 'The client has stopped.');

/** These pass by themselves: the same request may succeed later. */
const PASSING = [
  UNREACHABLE,
  TOKEN_UNAVAILABLE,
  'UNAUTHENTICATED',
  'RATE_LIMITED',
  'SERVICE_UNAVAILABLE',
  'IDENTITY_PROVIDER_UNAVAILABLE',
];
/** These may pass, or may be a fault that every repetition meets again. */
const DOUBTFUL = ['INTERNAL_SERVER_ERROR', 'QUERY_TOO_COMPLEX'];

export function toRequestError(reason: unknown): RequestError {
  if (reason instanceof RequestError) return reason;
  return new RequestError(UNREACHABLE, reason instanceof Error ? reason.message : String(reason));
}

/** Whether repeating the request can help, after `attempts` of them. */
export function isWorthRepeating(reason: RequestError, attempts: number): boolean {
  return PASSING.includes(reason.code) || (mayBeFault(reason) && attempts < 5);
}

/** Whether it may be a fault that this request meets each time, and no other. */
export function mayBeFault({ code }: RequestError): boolean {
  return DOUBTFUL.includes(code);
}

export type GraphQLErrors = readonly { message: string; extensions?: { code?: unknown; [key: string]: unknown } }[];

/** The first of a result's errors, which says why there is no data. */
export function errorOf(errors: GraphQLErrors, retryAfterMs?: number): RequestError {
  const [first] = errors;
  const { code, retryAfter } = first?.extensions ?? {};
  return new RequestError(
    typeof code === 'string' ? code : 'GRAPHQL_ERROR',
    first?.message ?? 'No reason given.',
    retryAfterMs ?? (typeof retryAfter === 'number' ? retryAfter * 1000 : undefined),
  );
}

/** Retrying after these cannot succeed: see the table of close codes in docs/realtime.md. */
const FINAL_CLOSE_CODES = [1009, 4400, 4401, 4406, 4409, 4429];

/** What the close of a socket means. */
export function errorOfClose({ code, reason }: { code: number; reason: string }): RequestError {
  const message = `The socket was closed with ${code}${reason && `: ${reason}`}`;
  if (code === 4403) return new RequestError('UNAUTHENTICATED', message);
  if (code === 1013) return new RequestError('SERVICE_UNAVAILABLE', message);
  return new RequestError(FINAL_CLOSE_CODES.includes(code) ? INCOMPATIBLE : UNREACHABLE, message);
}
