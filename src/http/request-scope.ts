import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** What holds for one request, wherever its code runs. */
export type RequestScope = { requestId: string };

const storage = new AsyncLocalStorage<RequestScope>();

const GIVEN_ID = /^[\w.-]{1,64}$/;

/** Runs a request under the id that the caller gave, or a new one. */
export function inRequestScope<T>(givenId: string | string[] | undefined, run: (scope: RequestScope) => T): T {
  const requestId = typeof givenId === 'string' && GIVEN_ID.test(givenId) ? givenId : randomUUID();
  const scope = { requestId };
  return storage.run(scope, () => run(scope));
}

/** The id of the request that is being answered. */
export function currentRequestId(): string {
  return storage.getStore()?.requestId ?? 'none';
}
