import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { callerId, type Viewer } from '../auth/viewer.js';
import type { Reader } from '../db/read-gate.js';
import { withMembers } from '../lib/collections.js';
import type { Span } from '../lib/tracing.js';

/** What belongs to one request, wherever its code runs. */
export type RequestScope = {
  requestId: string;
  /** Whose reads share the pool's connections; null until the caller is known. */
  reader: Reader | null;
  /** What the request is in its trace; null if nothing is traced. */
  span: Span | null;
  /** Called when the client has gone before it got its response. */
  onAbandoned: () => void;
  /** Whether that has happened. */
  abandoned: boolean;
  /** What the request has cost its caller so far, in points. */
  cost: number;
  /** The part of it that is still to be taken from the caller's minute. */
  owed: number;
};

const storage = new AsyncLocalStorage<RequestScope>();

const GIVEN_ID = /^[\w.-]{1,64}$/;

/** Runs a request under the request id that the caller sent, or under a new one. */
export function inRequestScope<T>(
  givenId: string | string[] | undefined,
  run: (scope: RequestScope) => T,
  viewer: Viewer | null = null,
  span: Span | null = null,
): T {
  const requestId = typeof givenId === 'string' && GIVEN_ID.test(givenId) ? givenId : randomUUID();
  const scope: RequestScope = {
    requestId,
    reader: viewer && readerOf(viewer),
    span,
    onAbandoned: () => undefined,
    abandoned: false,
    cost: 0,
    owed: 0,
  };
  return storage.run(scope, () => run(scope));
}

/** Runs a request again under a scope that it has left meanwhile. */
export function withinScope<T>(scope: RequestScope, run: () => T): T {
  return storage.run(scope, run);
}

/** Notes what the current request costs its caller, in points, and has taken from the caller's minute. */
export function spend(cost: number): void {
  const scope = storage.getStore();
  if (scope) scope.cost += cost;
}

/** Notes what the current request costs its caller besides, in points, which `takeOwed` returns once. */
export function owe(cost: number): void {
  const scope = storage.getStore();
  if (!scope) return;
  scope.cost += cost;
  scope.owed += cost;
}

/** What the current request owes. From here on it owes nothing. */
export function takeOwed(): number {
  const scope = storage.getStore();
  if (!scope) return 0;
  const { owed } = scope;
  scope.owed = 0;
  return owed;
}

function readerOf(viewer: Viewer): Reader {
  return { workspaceId: viewer.workspaceId, callerId: callerId(viewer) };
}

/** From here on, the reads of the current request are the viewer's. */
export function readAs(viewer: Viewer): void {
  const scope = storage.getStore();
  if (scope) scope.reader = readerOf(viewer);
}

/** From here on, the reads of the current request are limited, and something is done if its client goes meanwhile. */
export function limitReads(limits: Pick<Reader, 'signal' | 'beforeRead'>, onAbandoned: () => void): void {
  const scope = storage.getStore();
  if (!scope) return;
  if (scope.reader) scope.reader = withMembers(scope.reader, limits);
  whenAbandoned(onAbandoned);
}

/** Does something when the client of the current request goes, or at once if it has gone already. */
export function whenAbandoned(act: () => void): void {
  const scope = storage.getStore();
  if (!scope) return;
  scope.onAbandoned = act;
  if (scope.abandoned) act();
}

/** Notes that the client of a request has gone. */
export function abandon(scope: RequestScope): void {
  scope.abandoned = true;
  scope.onAbandoned();
}

/** Whose the reads of the current request are; null for those of the server itself. */
export function currentReader(): Reader | null {
  return storage.getStore()?.reader ?? null;
}

/** The id of the current request; `none` outside a request. */
export function currentRequestId(): string {
  return storage.getStore()?.requestId ?? 'none';
}

/** The span of the current request; null if nothing is traced. */
export function currentRequestSpan(): Span | null {
  return storage.getStore()?.span ?? null;
}

/** Logs an unexpected error of a request. Returns the message for the caller, which names the request id only. */
export function logFailure(log: Logger, error: unknown): string {
  const requestId = currentRequestId();
  log.error({ err: error, requestId }, 'A request failed');
  return `Something went wrong. Tell the operator this request id: ${requestId}.`;
}
