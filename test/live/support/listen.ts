import { setTimeout as sleep } from 'node:timers/promises';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { type Client, createClient, type FormattedExecutionResult } from 'graphql-ws';
import { WebSocket } from 'ws';

export type Heard<Result> = {
  /** All results until now. */
  results: FormattedExecutionResult<Result, unknown>[];
  /** Settles when there are this many results; fails after some seconds. */
  until: (count: number) => Promise<FormattedExecutionResult<Result, unknown>[]>;
  /** Why it ended, once it has. */
  ended: Promise<unknown>;
  stop: () => void;
};

export function connect(url: string, apiKey: string): Client {
  return createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: `Bearer ${apiKey}` },
    retryAttempts: 0,
    lazy: false,
    onNonLazyError: () => undefined,
  });
}

const PATIENCE_MS = 10_000;

/** Waits until something holds; fails after some seconds. */
export async function eventually(
  holds: () => boolean | Promise<boolean>,
  what: string,
  patience = PATIENCE_MS,
): Promise<void> {
  const deadline = Date.now() + patience;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`It did not happen within ${patience} ms: ${what}`);
    await sleep(10);
  }
}

/** Subscribes over a socket, and collects what comes. */
export function listen<Result, Variables extends Record<string, unknown>>(
  client: Client,
  document: TypedDocumentNode<Result, Variables> | string,
  variables: Variables,
): Heard<Result> {
  const results: FormattedExecutionResult<Result, unknown>[] = [];
  const query = typeof document === 'string' ? document : print(document);
  let stop = () => {};
  const ended = new Promise<unknown>((resolve) => {
    stop = client.subscribe<Result>(
      { query, variables },
      {
        next: (result) => results.push(result),
        error: resolve,
        complete: () => resolve(null),
      },
    );
  });
  return {
    results,
    until: async (count) => {
      await eventually(() => results.length >= count, `${count} results, of which ${results.length} came`);
      return results;
    },
    ended,
    stop: () => stop(),
  };
}
