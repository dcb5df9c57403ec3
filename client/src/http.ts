import { errorOf, type GraphQLErrors, RequestError, UNREACHABLE } from './failures.js';

export type GraphQLRequest = { query: string; variables: Record<string, unknown> };
export type GraphQLResult<Data> = {
  data?: Data | null;
  errors?: GraphQLErrors;
  extensions?: unknown;
};

export type Endpoint = {
  /** For example https://parley.example.com/graphql. */
  url: string;
  fetch: typeof fetch;
};

export const JSON_ONLY = 'application/graphql-response+json, application/json';

/** Sends an operation by POST and returns the response, whatever its status; rejects with UNREACHABLE without one. */
export async function postRequest(
  endpoint: Endpoint,
  token: string,
  request: GraphQLRequest,
  accept: string,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await endpoint.fetch(endpoint.url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept },
      body: JSON.stringify(request),
      signal,
    });
  } catch (reason) {
    throw new RequestError(UNREACHABLE, `There was no answer: ${reason}`);
  }
}

/** The data of a response. Rejects with a RequestError if it has errors, or is none of Parley's. */
export async function readData<Data>(response: Response): Promise<Data> {
  const retryAfterMs = retryAfterOf(response);
  let result: GraphQLResult<Data> | null;
  try {
    result = await response.json();
  } catch {
    result = null;
  }
  if (result?.errors) throw errorOf(result.errors, retryAfterMs);
  if (result?.data) return result.data;
  // Of a proxy, or of a network that wants a person to sign in first: nothing that it says is about the request.
  throw new RequestError(
    UNREACHABLE,
    `The answer was none of Parley's, with the status ${response.status}.`,
    retryAfterMs,
  );
}

function retryAfterOf({ headers }: Response): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
