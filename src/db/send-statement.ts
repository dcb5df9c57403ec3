import type pg from 'pg';
import { withMembers } from '../lib/collections.js';

declare module 'pg' {
  interface ClientBase {
    readonly connection: Connection;
  }
}

/** Longer than PostgreSQL's own limit of a statement: it passes only where the network no longer answers. */
const ANSWER_MS = 40_000;

/** Takes the result of a statement, or why there is none. */
export type TakeResult = (error: Error | null, result: pg.QueryResult) => void;

/**
 * Sends a statement, and gives the connection up if there is no result in time.
 *
 * Not by the promise and the time limit of node-postgres, which assigns a function to a property of each query. V8 takes
 * functions that a program creates in such an assignment for long-lived, and allocates them among the old objects: each
 * would keep its query, and with it the request that waits for it, until the next collection of those.
 */
export function sendStatement(client: pg.ClientBase, statement: pg.QueryConfig, take: TakeResult): void {
  let ended = false;
  const end: TakeResult = (error, result) => {
    if (ended) return;
    ended = true;
    clearTimeout(limit);
    take(error, result);
  };
  const limit = setTimeout(() => {
    end(new Error('Query read timeout'), NONE);
    // Whatever was sent after it would wait for its result.
    client.connection.stream.destroy();
  }, ANSWER_MS);
  // A copy, as the driver writes the callback into what it gets.
  void client.query(withMembers(statement, {}), end);
}

const NONE: pg.QueryResult = { command: '', rowCount: 0, oid: 0, fields: [], rows: [] };

/** Sends a statement, and settles with its result. */
export async function resultOf(client: pg.ClientBase, statement: pg.QueryConfig): Promise<pg.QueryResult> {
  try {
    return await new Promise((resolve, reject) => {
      sendStatement(client, statement, (error, result) => (error ? reject(error) : resolve(result)));
    });
  } catch (error) {
    // The driver's own trace begins at the socket. This one says who has sent the statement.
    if (error instanceof Error) Error.captureStackTrace(error);
    throw error;
  }
}
