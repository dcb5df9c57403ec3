import { RequestError } from './request.js';
import type { FollowSink } from './thread.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** After these, the data is loaded again. */
const RELOADING: unknown[] = ['CURSOR_EXPIRED', 'INTERNAL_SERVER_ERROR'];
/** After these, too, trying again can succeed. */
const PASSING = [...RELOADING, 'RATE_LIMITED', 'SERVICE_UNAVAILABLE', 'UNAUTHENTICATED'];

export type StreamResult<Data> = {
  data?: Data | null;
  errors?: ConstructorParameters<typeof RequestError>[0];
  extensions?: unknown;
};

/** Runs a subscription after a cursor, over a connection of its own, until that ends or `stopped` is aborted. */
export type OpenStream<Data> = (after: string, stopped: AbortSignal) => AsyncIterable<StreamResult<Data>>;

/** Opens a stream again and again, each time after the last result that was applied. Returns what ends it. */
export function followStream<Data>(open: OpenStream<Data>, { reload, next, fail }: FollowSink<Data>): () => void {
  const stopping = new AbortController();
  const { signal } = stopping;
  let cursor: string | null = null;
  let failures = 0;

  async function readOnce(): Promise<void> {
    cursor ??= await reload();
    for await (const { data, errors, extensions } of open(cursor, signal)) {
      if (signal.aborted) return;
      if (errors && !data) throw new RequestError(errors);
      // A result without data only brings a cursor.
      if (data) next(data);
      cursor = cursorIn(extensions) ?? cursor;
      failures = 0;
    }
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const reason = await readOnce().catch((error: unknown) => error);
      if (signal.aborted) return;
      if (isFinal(reason)) return fail(reason);
      const { codes, waitMs } = reason instanceof RequestError ? reason : { codes: [], waitMs: 0 };
      if (codes.some((code) => RELOADING.includes(code))) cursor = null;
      // Full jitter, so that clients that lost the same server do not all return at the same moment.
      const jitterMs = Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
      failures += 1;
      await new Promise((resolve) => setTimeout(resolve, Math.max(waitMs, jitterMs)));
    }
  }

  void run();
  return () => stopping.abort();
}

function cursorIn(extensions: unknown): string | null {
  if (typeof extensions !== 'object' || extensions === null || !('cursor' in extensions)) return null;
  return typeof extensions.cursor === 'string' ? extensions.cursor : null;
}

function isFinal(reason: unknown): boolean {
  if (!(reason instanceof RequestError)) return false;
  return reason.isRefusal || reason.codes.some((code) => !PASSING.includes(code));
}
