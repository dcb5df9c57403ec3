import { authorizedFetch, type Token } from './tokens.js';

type GraphQLErrors = readonly { message: string; extensions?: Record<string, unknown> }[];

/** What the server answered in place of data. */
export class RequestError extends Error {
  readonly errors: GraphQLErrors;
  /** The codes of the errors; none if something else than the server answered, such as a proxy. */
  readonly codes: unknown[];
  /** Whether the server refused two tokens in a row. */
  readonly isRefusal: boolean;
  /** How long the server asks to wait before the next try. */
  readonly waitMs: number;

  constructor(errors: GraphQLErrors, response?: Pick<Response, 'status' | 'headers'>) {
    super(errors.map(({ message }) => message).join(' '));
    this.errors = errors;
    this.codes = errors.flatMap(({ extensions }) => extensions?.code ?? []);
    this.isRefusal = response?.status === 401;
    this.waitMs = 1000 * Number(response?.headers.get('retry-after') ?? 0);
  }
}

/** Why a response has no data. */
export async function errorOf(response: Response): Promise<RequestError> {
  const { errors } = await response.json().catch(() => ({}));
  return new RequestError(errors ?? [{ message: `The answer is ${response.status} without GraphQL.` }], response);
}

/** Runs queries and mutations by `fetch`. They reject with a `RequestError` if the answer has `errors`. */
export function createRequest(url: string, token: Token) {
  const send = authorizedFetch(token);
  return async <Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> => {
    const response = await send(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      body: JSON.stringify({ query, variables }),
    });
    if (!response.ok) throw await errorOf(response);
    const { data, errors } = await response.json();
    if (errors) throw new RequestError(errors);
    return data;
  };
}
