import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';

/** What belongs to one request, wherever its code runs. */
export type RequestScope = { requestId: string };

const storage = new AsyncLocalStorage<RequestScope>();

const GIVEN_ID = /^[\w.-]{1,64}$/;

/** Runs a request under the request id that the caller sent, or under a new one. */
export function inRequestScope<T>(givenId: string | string[] | undefined, run: (scope: RequestScope) => T): T {
  const requestId = typeof givenId === 'string' && GIVEN_ID.test(givenId) ? givenId : randomUUID();
  const scope = { requestId };
  return storage.run(scope, () => run(scope));
}

/** The id of the current request; `none` outside a request. */
export function currentRequestId(): string {
  return storage.getStore()?.requestId ?? 'none';
}

/** Logs an unexpected error of a request. Returns the message for the caller, which names the request id only. */
export function logFailure(log: Logger, error: unknown): string {
  const requestId = currentRequestId();
  log.error({ err: error, requestId }, 'A request failed');
  return `Something went wrong. Tell the operator this request id: ${requestId}.`;
}
