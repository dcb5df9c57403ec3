import type { Credential } from './credentials.js';
import type { RequestError } from './failures.js';
import { toRequestError } from './failures.js';
import { type Endpoint, JSON_ONLY, postRequest, readData } from './http.js';

type Parts = {
  endpoint: Endpoint;
  /** Ends what runs, and what would. */
  signal: AbortSignal;
  /** At most until a request is answered, in milliseconds. Default: 30,000. */
  requestMs?: number | undefined;
  getCredential: () => Promise<Credential>;
  accepted: (credential: Credential) => void;
  /** True if another token may be asked for. */
  refuse: (credential: Credential, reason: RequestError) => boolean;
};

/** Runs queries and mutations over HTTP; rejects with a RequestError. */
export type Run = <Data>(query: string, variables: object) => Promise<Data>;

/** Each is sent once more, with another token, if its token was refused. */
export function createRequests({ endpoint, signal, requestMs = 30_000, ...credentials }: Parts): Run {
  async function requestOnce<Data>(query: string, variables: object, mayRepeat: boolean): Promise<Data> {
    const credential = await credentials.getCredential();
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(requestMs)]);
    try {
      const sent = { query, variables: { ...variables } };
      const data = await readData<Data>(await postRequest(endpoint, credential.token, sent, JSON_ONLY, inTime));
      credentials.accepted(credential);
      return data;
    } catch (failure) {
      const reason = toRequestError(failure);
      if (reason.code === 'UNAUTHENTICATED' && credentials.refuse(credential, reason) && mayRepeat) {
        return requestOnce(query, variables, false);
      }
      throw reason;
    }
  }
  return (query, variables) => requestOnce(query, variables, true);
}
