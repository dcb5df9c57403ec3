import type pg from 'pg';
import { type Cancel, cancelByKey, createCanceller } from './cancelling.js';
import { UnsettledPoolerError } from './outage.js';
import { type Access, assertSettled, REQUEST_LIMITS, settleSession } from './session-settings.js';
import { createStatementNames, type StatementNames, unnamed } from './statement-names.js';

/** How the statements of requests and actions get to PostgreSQL. */
export type Route = {
  url: string;
  /** Prepares a new connection, or refuses it. */
  settle: (client: pg.ClientBase) => Promise<void>;
  /** How long a connection is kept; 0 for as long as it works. */
  lifetimeSeconds: number;
  names: StatementNames;
  cancel: Cancel;
  /** Whether a connection is one session, so that statements may follow each other without a transaction around them. */
  keepsSession: boolean;
  /** Whether the last connection that was opened, if any, was not refused for its settings. */
  isSettled: () => boolean;
  close: () => Promise<void>;
};

type DirectOptions = {
  /** What its connections are for. Default: reads and writes. */
  access?: Access;
  /** Looks at each new connection; it is given up if that throws. */
  inspect?: (client: pg.ClientBase) => Promise<void>;
};

/** Straight to PostgreSQL, or through a pooler in session mode. */
export function directRoute(url: string, { access, inspect }: DirectOptions = {}): Route {
  const backends = new WeakMap<pg.ClientBase, number>();
  const { cancel, close } = createCanceller(url, (client) => backends.get(client));
  return {
    url,
    settle: async (client) => {
      backends.set(client, await settleSession(client, REQUEST_LIMITS, access));
      await inspect?.(client);
    },
    lifetimeSeconds: 0,
    names: createStatementNames(),
    cancel,
    keepsSession: true,
    isSettled: () => true,
    close,
  };
}

/** Within this time every connection is replaced by one that is checked. */
const CHECKED_SECONDS = 60;

/**
 * Through a pooler in transaction mode, which lends a session of PostgreSQL for one transaction at a time. It sets the
 * sessions; each connection makes sure of that when it is opened.
 */
export function pooledRoute(url: string, watch: { onUnsettled: (error: UnsettledPoolerError) => void }): Route {
  let settled = true;
  return {
    url,
    settle: async (client) => {
      try {
        await assertSettled(client);
        settled = true;
      } catch (error) {
        if (settled && error instanceof UnsettledPoolerError) watch.onUnsettled(error);
        settled = !(error instanceof UnsettledPoolerError);
        throw error;
      }
    },
    lifetimeSeconds: CHECKED_SECONDS,
    names: unnamed,
    cancel: cancelByKey,
    keepsSession: false,
    isSettled: () => settled,
    close: async () => undefined,
  };
}
