import type pg from 'pg';
import { sendStatement } from './send-statement.js';
import { followsFailure } from './sql-state.js';
import type { WatchStatement } from './watch.js';

/** A statement that is not sent yet. */
type Unsent = {
  statement: pg.QueryConfig;
  resolve: (result: pg.QueryResult) => void;
  reject: (error: unknown) => void;
};

/** The statements of a transaction, which are sent over its connection in the order in which they are added. */
export type StatementQueue = {
  /** Adds a statement to the next message. */
  add: (statement: pg.QueryConfig) => Promise<pg.QueryResult>;
  /** Sends, in one message, what is added up to the end of this moment. */
  flush: () => void;
  /** Drops what is not sent yet. Returns whether anything was sent before. */
  drop: () => boolean;
  /** Refuses statements from here on: they would run in the next transaction of the connection. */
  close: () => void;
  /** Why all statements after a certain one failed: the error of that one. undefined if none has failed. */
  failure: () => unknown;
};

const ended = () => new Error('The transaction has ended.');

/** Creates the queue of a connection. Most of what a statement costs the process is its way to the database and back. */
export function createStatementQueue(
  client: pg.PoolClient,
  watch: WatchStatement,
  onStatement?: (sql: string) => void,
): StatementQueue {
  let unsent: Unsent[] = [];
  let sent = false;
  let closed = false;
  let failure: unknown;

  function send(): void {
    if (unsent.length === 0) return;
    const { stream } = client.connection;
    let refusal: unknown;
    stream.cork();
    for (const { statement, resolve, reject } of unsent) {
      // The driver has refused a value of one before it, of which PostgreSQL knows nothing: it would take the rest.
      if (refusal !== undefined) {
        reject(refusal);
        continue;
      }
      onStatement?.(statement.text);
      const end = watch(statement.text);
      let sending = true;
      sendStatement(client, statement, (error, result) => {
        if (sending) refusal = error;
        end(error ?? undefined);
        return error ? reject(error) : resolve(result);
      });
      sending = false;
    }
    stream.uncork();
    unsent = [];
    sent = true;
  }

  return {
    add: (statement) => {
      if (closed) throw ended();
      const result = new Promise<pg.QueryResult>((resolve, reject) => unsent.push({ statement, resolve, reject }));
      // Also because whoever adds a statement may never look at its result.
      result.catch((error: unknown) => {
        if (!followsFailure(error)) failure ??= error;
      });
      return result;
    },
    flush: () => queueMicrotask(send),
    drop: () => {
      for (const { reject } of unsent) reject(ended());
      unsent = [];
      return sent;
    },
    close: () => {
      closed = true;
    },
    failure: () => failure,
  };
}
